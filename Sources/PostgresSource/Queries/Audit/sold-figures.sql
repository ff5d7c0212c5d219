-- Categories of the events in $1 (text[]) whose quantity_sold, items of sold orders and valid tickets do not all say the same.
--
-- $2, $3 text  event and category of the last row of the answer before; NULL at the start
-- $4 bigint    how many
-- $5 text[]    categories by their ids; NULL for all
--
-- Behind quantity_sold: seats of items, those of them in orders without a ticket, valid tickets, those of them in orders without
-- items, cancelled tickets of orders with items, rows of items that tell no seats, and sold orders of the event that tell
-- no seats at all. Sums are numeric, since hostile quantities may be beyond every bigint.
WITH sold AS (
    SELECT DISTINCT o.id, o.event_id::text AS event_id
    FROM orders o
    WHERE o.event_id::text = ANY ($1::text[]) AND o.status::text IN ('confirmed', 'completed')
), item AS (
    SELECT s.id, s.event_id, i.category_id::text AS category_id,
           CASE WHEN i.quantity::bigint BETWEEN 1 AND 9007199254740991 THEN i.quantity::bigint END AS seats
    FROM sold s
    JOIN order_items i ON i.order_id = s.id
), ticket AS (
    SELECT s.id, s.event_id, t.category_id::text AS category_id, t.status IS NULL OR t.status::text <> 'cancelled' AS is_valid
    FROM sold s
    JOIN tickets t ON t.order_id = s.id
), row_seats AS (
    SELECT r.event_id, r.category_id, r.seats, NULL::boolean AS is_valid, other.id IS NULL AS is_alone
    FROM item r
    LEFT JOIN (SELECT DISTINCT t.id FROM ticket t) AS other ON other.id = r.id
    UNION ALL
    SELECT r.event_id, r.category_id, 1, r.is_valid, other.id IS NULL
    FROM ticket r
    LEFT JOIN (SELECT DISTINCT i.id FROM item i) AS other ON other.id = r.id
), figures AS (
    SELECT event_id, category_id,
           coalesce(sum(seats) FILTER (WHERE is_valid IS NULL), 0) AS items,
           coalesce(sum(seats) FILTER (WHERE is_valid IS NULL AND is_alone), 0) AS items_alone,
           coalesce(sum(seats) FILTER (WHERE is_valid), 0) AS tickets,
           coalesce(sum(seats) FILTER (WHERE is_valid AND is_alone), 0) AS tickets_alone,
           count(*) FILTER (WHERE NOT is_valid AND NOT is_alone) AS cancelled,
           count(*) FILTER (WHERE seats IS NULL) AS unreadable
    FROM row_seats
    GROUP BY event_id, category_id
), silent AS (
    SELECT s.event_id, count(*) AS orders
    FROM sold s
    WHERE NOT EXISTS (SELECT FROM item WHERE item.id = s.id) AND NOT EXISTS (SELECT FROM ticket WHERE ticket.id = s.id)
    GROUP BY s.event_id
)
SELECT c.event_id::text, c.id::text, c.quantity_sold::bigint,
       least(coalesce(f.items, 0), 9223372036854775807)::bigint,
       least(coalesce(f.items_alone, 0), 9223372036854775807)::bigint,
       coalesce(f.tickets, 0)::bigint, coalesce(f.tickets_alone, 0)::bigint, coalesce(f.cancelled, 0),
       coalesce(f.unreadable, 0), coalesce(s.orders, 0)
FROM ticket_categories c
LEFT JOIN figures f ON f.event_id = c.event_id::text AND f.category_id = c.id::text
LEFT JOIN silent s ON s.event_id = c.event_id::text
WHERE c.event_id::text = ANY ($1::text[])
  AND c.id IS NOT NULL
  AND ($5::text[] IS NULL OR c.id::text = ANY ($5::text[]))
  AND (c.quantity_sold::bigint <> coalesce(f.items + f.tickets_alone, 0)
       OR c.quantity_sold::bigint <> coalesce(f.tickets + f.items_alone, 0))
  AND ($2::text IS NULL OR (c.event_id::text COLLATE "C", c.id::text COLLATE "C") > ($2::text, $3::text))
ORDER BY c.event_id::text COLLATE "C", c.id::text COLLATE "C"
LIMIT $4::bigint
