-- Price and currency of the categories $2 (text[]) of the events $1 (text[]), as text: no digit is lost. A category of another
-- of these events may come as well.
--
-- Either column may be missing. Its name then means the NULL of "absent", since a name is looked for in the inner FROM first.
SELECT found.event_id, found.category_id, found.price, found.currency
FROM (SELECT NULL::text AS price, NULL::text AS currency) AS absent
CROSS JOIN LATERAL (
    SELECT DISTINCT c.event_id::text AS event_id, c.id::text AS category_id,
           left(price::text, 64) AS price, left(currency::text, 64) AS currency
    FROM ticket_categories c
    WHERE c.event_id::text = ANY ($1::text[]) AND c.id::text = ANY ($2::text[])
) AS found
