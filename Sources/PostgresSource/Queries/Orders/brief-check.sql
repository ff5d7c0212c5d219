-- Whether open-orders-brief shows every unusable row. Its cast must not fail on a row of an order that nobody asks for.
-- It does not look at tickets, so their category must not be missing, which the column must forbid.
SELECT count(*) = 2
FROM pg_attribute
WHERE (attrelid = to_regclass('order_items') AND attname = 'quantity'
       AND atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype))
   OR (attrelid = to_regclass('tickets') AND attname = 'category_id' AND attnotnull)
