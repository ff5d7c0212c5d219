-- The same as sold-elsewhere without tickets.
SELECT i.category_id::text,
       least(coalesce(sum(CASE WHEN i.quantity::bigint BETWEEN 1 AND 9007199254740991 THEN i.quantity::bigint END), 0),
             9223372036854775807)::bigint,
       0, NULL, 0, 0,
       count(*) FILTER (WHERE (i.quantity::bigint BETWEEN 1 AND 9007199254740991) IS NOT TRUE)
FROM order_items i
JOIN orders o ON o.id = i.order_id
WHERE i.category_id::text = ANY ($1::text[]) AND o.status::text IN ('confirmed', 'completed')
  AND NOT EXISTS (SELECT FROM ticket_categories own WHERE own.id = i.category_id AND own.event_id = o.event_id)
GROUP BY i.category_id::text
