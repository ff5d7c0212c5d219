-- Seats by category of the orders in $1 (text[]) that have no order_items: their tickets that are not cancelled
-- (contract section 1). A ticket without a category still shows, so that its order is reported.
SELECT t.order_id::text, t.category_id::text, count(*)
FROM tickets t
WHERE t.order_id::text = ANY ($1::text[])
  AND (t.status IS NULL OR t.status::text <> 'cancelled')
GROUP BY t.order_id, t.category_id
