-- Which of the ids in $1 (text[]) are events, in byte order.
SELECT e.id::text
FROM events e
WHERE e.id::text = ANY ($1::text[])
ORDER BY e.id::text COLLATE "C"
