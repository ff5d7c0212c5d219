-- The same as sold-shown without tickets.
WITH o AS (SELECT id FROM orders WHERE event_id = $1 AND status::text IN ('confirmed', 'completed'))
SELECT quantity_sold,
       (SELECT sum(quantity) FROM order_items JOIN o ON o.id = order_id WHERE category_id = c.id) AS items
FROM ticket_categories c WHERE event_id = $1 AND id = $2
