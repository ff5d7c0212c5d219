-- Open orders that name a category which SQL has only in another event, as where an organiser has moved it; at most $1 of
-- their items.
SELECT i.category_id::text, o.event_id::text, o.id::text
FROM order_items i
JOIN orders o ON o.id = i.order_id
JOIN ticket_categories c ON c.id = i.category_id
WHERE c.event_id <> o.event_id
  AND (o.status IS NULL
       OR o.status::text NOT IN ('confirmed', 'completed', 'cancelled', 'refunded', 'expired', 'failed'))
  AND NOT EXISTS (SELECT FROM ticket_categories own WHERE own.id = i.category_id AND own.event_id = o.event_id)
LIMIT $1::bigint
