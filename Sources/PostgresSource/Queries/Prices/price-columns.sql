-- Which of the optional columns of money (contract section 1) there are, and whether this session may read them.
SELECT need.relation || '.' || need.attribute, has_column_privilege(a.attrelid, a.attnum, 'SELECT')
FROM (VALUES
        ('ticket_categories', 'price'), ('ticket_categories', 'currency'), ('order_items', 'unit_price')
     ) AS need (relation, attribute)
JOIN pg_attribute a
  ON a.attrelid = to_regclass(need.relation) AND a.attname = need.attribute AND NOT a.attisdropped
