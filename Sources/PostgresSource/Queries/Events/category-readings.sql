-- Which pairs of event $1[n] and category $2[n] exist; the answer is their positions n, from 1.
SELECT reading.position
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS reading (event_id, category_id, position)
JOIN ticket_categories c ON c.id::text = reading.category_id AND c.event_id::text = reading.event_id
