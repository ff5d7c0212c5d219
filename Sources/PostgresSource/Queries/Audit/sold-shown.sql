-- What a finding gives people for psql: what SQL says of category $2 of event $1 three times over.
WITH o AS (SELECT id FROM orders WHERE event_id = $1 AND status::text IN ('confirmed', 'completed'))
SELECT quantity_sold,
       (SELECT sum(quantity) FROM order_items JOIN o ON o.id = order_id WHERE category_id = c.id) AS items,
       (SELECT count(*) FROM tickets t JOIN o ON o.id = order_id
        WHERE category_id = c.id AND status::text <> 'cancelled') AS tickets
FROM ticket_categories c WHERE event_id = $1 AND id = $2
