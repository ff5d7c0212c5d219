-- What the orders of the hold tokens in $1 (text[]) pay for a seat of each of their categories, as text. Where the column is
-- missing its name means the NULL of "absent".
SELECT found.hold_token, found.category_id, found.price
FROM (SELECT NULL::text AS unit_price) AS absent
CROSS JOIN LATERAL (
    SELECT DISTINCT o.hold_token::text AS hold_token, i.category_id::text AS category_id, left(unit_price::text, 64) AS price
    FROM orders o
    JOIN order_items i ON i.order_id = o.id
    WHERE o.hold_token::text = ANY ($1::text[])
) AS found
