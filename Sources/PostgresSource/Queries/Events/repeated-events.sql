-- Which of the events in $1 (text[]) have more than one row, as from a view that joins one table too many.
SELECT e.id::text
FROM events e
WHERE e.id::text = ANY ($1::text[])
GROUP BY e.id::text
HAVING count(*) > 1
