-- One row for each column of contract section 1 that is missing, or that the role may not read. to_regclass follows the
-- search path, as the other queries do.
SELECT need.relation, need.attribute,
       CASE WHEN to_regclass(need.relation) IS NULL THEN 'missing table'
            WHEN a.attname IS NULL THEN 'missing column'
            ELSE 'no SELECT privilege' END AS problem
FROM (VALUES
        ('events', 'id'),
        ('ticket_categories', 'id'), ('ticket_categories', 'event_id'),
        ('ticket_categories', 'quantity_total'), ('ticket_categories', 'quantity_sold'),
        ('orders', 'id'), ('orders', 'event_id'), ('orders', 'hold_token'), ('orders', 'status'),
        ('orders', 'expires_at'), ('orders', 'created_at'), ('orders', 'paid_at'), ('orders', 'updated_at'),
        ('order_items', 'order_id'), ('order_items', 'category_id'), ('order_items', 'quantity'),
        ('tickets', 'order_id'), ('tickets', 'category_id'), ('tickets', 'status')
     ) AS need (relation, attribute)
LEFT JOIN pg_attribute a
       ON a.attrelid = to_regclass(need.relation) AND a.attname = need.attribute AND NOT a.attisdropped
WHERE a.attname IS NULL
   OR NOT has_column_privilege(a.attrelid, a.attnum, 'SELECT')
ORDER BY need.relation, need.attribute
