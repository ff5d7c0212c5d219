-- Which open orders of the events in $1 (text[]) have an id that comes more than once, in whatever event; see repeated-events.
SELECT o.event_id::text, o.id::text
FROM orders o
JOIN orders other ON other.id = o.id
WHERE o.event_id::text = ANY ($1::text[])
  AND (o.status IS NULL
       OR o.status::text NOT IN ('confirmed', 'completed', 'cancelled', 'refunded', 'expired', 'failed'))
GROUP BY o.event_id::text, o.id::text
HAVING count(*) > 1
