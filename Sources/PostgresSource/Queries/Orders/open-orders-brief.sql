-- Every order of the events in $1 (text[]) that may carry a live hold, one row each: what a look at Redis is compared with.
--
-- What such a hold counts for is in its own hash while that is whole, so the seats of order_items are not asked for; the
-- events that this is not enough for are read again by open-orders. They are those, too, whose rows cannot be used: the last
-- column but one tells. To join the items took the server more than all the rest.
--
-- CASE ... = 1, because the server takes that for rare, as it is, and then looks through order_items once rather than at the
-- items of each order where there are many orders. For the statuses and the casts see open-orders.
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
