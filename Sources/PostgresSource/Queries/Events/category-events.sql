-- Which events have categories with the ids in $1 (text[]).
SELECT c.id::text, c.event_id::text
FROM ticket_categories c
WHERE c.id::text = ANY ($1::text[]) AND c.event_id IS NOT NULL
ORDER BY c.id::text COLLATE "C", c.event_id::text COLLATE "C"
