-- Which of the optional columns (contract section 3) this session may read.
SELECT need.relation || '.' || need.attribute
FROM (VALUES
        ('orders', 'payment_status'),
        ('api_idempotency', 'hold_token'), ('api_idempotency', 'status')
     ) AS need (relation, attribute)
JOIN pg_attribute a
  ON a.attrelid = to_regclass(need.relation) AND a.attname = need.attribute AND NOT a.attisdropped
WHERE has_column_privilege(a.attrelid, a.attnum, 'SELECT')
