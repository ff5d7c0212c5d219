-- What sold orders of other events say of the categories in $1 (text[]), where their own event does not have that category: as
-- where an organiser has moved it. Columns as in sold-figures, from items to rows that tell no seats. No index begins with a
-- category, so it is asked for many at once.
WITH row_seats AS (
    SELECT i.category_id::text AS category_id, o.id, o.event_id,
           EXISTS (SELECT FROM tickets t WHERE t.order_id = o.id) AS has_tickets, true AS has_items,
           CASE WHEN i.quantity::bigint BETWEEN 1 AND 9007199254740991 THEN i.quantity::bigint END AS seats,
           NULL::boolean AS is_valid
    FROM order_items i
    JOIN orders o ON o.id = i.order_id
    WHERE i.category_id::text = ANY ($1::text[]) AND o.status::text IN ('confirmed', 'completed')
      AND NOT EXISTS (SELECT FROM ticket_categories own WHERE own.id = i.category_id AND own.event_id = o.event_id)
    UNION ALL
    SELECT t.category_id::text, o.id, o.event_id, true,
           EXISTS (SELECT FROM order_items i WHERE i.order_id = o.id), 1,
           t.status IS NULL OR t.status::text <> 'cancelled'
    FROM tickets t
    JOIN orders o ON o.id = t.order_id
    WHERE t.category_id::text = ANY ($1::text[]) AND o.status::text IN ('confirmed', 'completed')
      AND NOT EXISTS (SELECT FROM ticket_categories own WHERE own.id = t.category_id AND own.event_id = o.event_id)
)
SELECT category_id,
       least(coalesce(sum(seats) FILTER (WHERE is_valid IS NULL), 0), 9223372036854775807)::bigint,
       least(coalesce(sum(seats) FILTER (WHERE is_valid IS NULL AND NOT has_tickets), 0), 9223372036854775807)::bigint,
       coalesce(sum(seats) FILTER (WHERE is_valid), 0)::bigint,
       coalesce(sum(seats) FILTER (WHERE is_valid AND NOT has_items), 0)::bigint,
       count(*) FILTER (WHERE NOT is_valid AND has_items),
       count(*) FILTER (WHERE seats IS NULL)
FROM row_seats
GROUP BY category_id
