-- Every order of the events in $1 (text[]) that may carry a live hold, one row each, to compare Redis with.
--
-- While a hold's hash is whole, its seats are in the hash, so the seats of order_items are not read: to join them took
-- the server more than all the rest. Events that need more are read again by open-orders. So are events with unusable
-- rows, which the last column but one shows.
--
-- CASE ... = 1, because the server then expects few such rows, as there are. Where there are many orders it then scans
-- order_items once instead of looking up the items of each order. For the statuses and the casts see open-orders.
SELECT o.event_id::text, o.hold_token::text, o.status::text, o.expires_at::timestamptz, o.created_at::timestamptz,
       o.id IS NULL
       OR (o.paid_at::timestamptz BETWEEN '0001-01-01 00:00:00Z' AND '9999-12-31 23:59:59.999Z'
           AND o.updated_at::timestamptz BETWEEN '0001-01-01 00:00:00Z' AND '9999-12-31 23:59:59.999Z') IS FALSE
       OR EXISTS (SELECT FROM order_items i
                  WHERE i.order_id = o.id
                    AND CASE WHEN i.category_id IS NOT NULL AND i.quantity::bigint BETWEEN 1 AND 9007199254740991
                        THEN 0 ELSE 1 END = 1),
       o.paid_at::timestamptz
FROM orders o
WHERE o.event_id::text = ANY ($1::text[])
  AND (o.status IS NULL
       OR o.status::text NOT IN ('confirmed', 'completed', 'cancelled', 'refunded', 'expired', 'failed'))
