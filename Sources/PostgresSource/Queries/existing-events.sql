-- Which of the ids in $1 (text[]) are events, in byte order.
SELECT e.id
FROM events e
WHERE e.id = ANY ($1::text[])
ORDER BY e.id COLLATE "C"
