-- The same as sold-figures where the session may not read tickets, or there are none: quantity_sold beside the items of sold
-- orders alone. The columns of tickets are NULL, or zero.
WITH sold AS (
    SELECT DISTINCT o.id, o.event_id::text AS event_id
    FROM orders o
    WHERE o.event_id::text = ANY ($1::text[]) AND o.status::text IN ('confirmed', 'completed')
), row_seats AS (
    SELECT s.event_id, i.category_id::text AS category_id,
           CASE WHEN i.quantity::bigint BETWEEN 1 AND 9007199254740991 THEN i.quantity::bigint END AS seats
    FROM sold s
    JOIN order_items i ON i.order_id = s.id
), figures AS (
    SELECT event_id, category_id, coalesce(sum(seats), 0) AS items, count(*) FILTER (WHERE seats IS NULL) AS unreadable
    FROM row_seats
    GROUP BY event_id, category_id
), silent AS (
    SELECT event_id, count(*) AS orders
    FROM sold s
    WHERE NOT EXISTS (SELECT FROM order_items i WHERE i.order_id = s.id)
    GROUP BY event_id
)
SELECT c.event_id::text, c.id::text, c.quantity_sold::bigint,
       least(coalesce(f.items, 0), 9223372036854775807)::bigint, 0, NULL, 0, 0,
       coalesce(f.unreadable, 0), coalesce(s.orders, 0)
FROM ticket_categories c
LEFT JOIN figures f ON f.event_id = c.event_id::text AND f.category_id = c.id::text
LEFT JOIN silent s ON s.event_id = c.event_id::text
WHERE c.event_id::text = ANY ($1::text[])
  AND c.id IS NOT NULL
  AND ($5::text[] IS NULL OR c.id::text = ANY ($5::text[]))
  AND c.quantity_sold::bigint <> coalesce(f.items, 0)
  AND ($2::text IS NULL OR (c.event_id::text COLLATE "C", c.id::text COLLATE "C") > ($2::text, $3::text))
ORDER BY c.event_id::text COLLATE "C", c.id::text COLLATE "C"
LIMIT $4::bigint
