-- The categories of the events in $1 (text[]), in any sequence: to sort them takes the server longer than to find them,
-- and the program sorts those of each event.
SELECT c.event_id::text, c.id::text, c.quantity_total::bigint, c.quantity_sold::bigint
FROM ticket_categories c
WHERE c.event_id::text = ANY ($1::text[])
