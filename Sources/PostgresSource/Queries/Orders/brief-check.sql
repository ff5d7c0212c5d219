-- Whether open-orders-brief tells every row that cannot be used: its cast must not fail on a row of an order that nobody asks
-- for, and it does not look at tickets, whose category may only be missing where the column allows that.
SELECT count(*) = 2
FROM pg_attribute
WHERE (attrelid = to_regclass('order_items') AND attname = 'quantity'
       AND atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype))
   OR (attrelid = to_regclass('tickets') AND attname = 'category_id' AND attnotnull)
