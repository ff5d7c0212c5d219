-- The orders with the ids in $1 (text[]), whatever their status or event, without their seats.
SELECT o.id::text, o.event_id::text, o.status::text, o.hold_token::text, o.expires_at IS NULL
FROM orders o
WHERE o.id::text = ANY ($1::text[])
ORDER BY o.id::text COLLATE "C"
