-- The categories of the events in $1 (text[]).
SELECT c.event_id, c.id, c.quantity_total::bigint, c.quantity_sold::bigint
FROM ticket_categories c
WHERE c.event_id = ANY ($1::text[])
ORDER BY c.event_id COLLATE "C", c.id COLLATE "C"
