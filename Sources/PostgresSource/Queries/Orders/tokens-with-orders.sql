-- Which of the hold tokens in $1 (text[]) an order names, whatever its status or event: all others are carts. Columns that a
-- healthy cart does not need are not read.
SELECT DISTINCT o.hold_token::text
FROM orders o
WHERE o.hold_token::text = ANY ($1::text[])
