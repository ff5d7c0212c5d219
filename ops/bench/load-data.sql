-- The rows of load-data. psql variables: events, categories (per event), orders (per category), rows.

-- An id of 25 characters as the platform's own look (a letter and 24 of 0-9a-z), the same for the same words.
CREATE FUNCTION pg_temp.cuid(words text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'c' || substr(md5(words), 1, 24);

INSERT INTO events (id, status)
SELECT pg_temp.cuid('event ' || e), 'published'
FROM generate_series(1, :events) AS e;

-- However many orders a category has, its seats are enough for them: four at most an order, beside the 399 sold.
INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
SELECT pg_temp.cuid(format('category %s of %s', c, e)), pg_temp.cuid('event ' || e), 500 + 250 * (c % 5) + 4 * :orders,
       (e + c) % 400
FROM generate_series(1, :events) AS e, generate_series(1, :categories) AS c;

-- The orders of a sale arrive for all events alternately, so o counts slowest; their expiries are spread over an hour.
CREATE TEMPORARY TABLE sale AS
SELECT pg_temp.cuid(format('order %s of %s of %s', o, c, e)) AS order_id,
       md5(format('hold %s of %s of %s', o, c, e))::uuid::text AS hold_token,
       pg_temp.cuid('event ' || e) AS event_id,
       pg_temp.cuid(format('category %s of %s', c, e)) AS category_id,
       1 + (o + c + e) % 4 AS quantity,
       date_trunc('second', now()) + make_interval(hours => 2, secs => (o * 7919 + c * 104729 + e * 31) % 3600) AS expires_at
FROM generate_series(1, :orders) AS o, generate_series(1, :events) AS e, generate_series(1, :categories) AS c;

INSERT INTO orders (id, event_id, hold_token, status, payment_status, expires_at, created_at, updated_at)
SELECT order_id, event_id, hold_token, 'pending_payment', 'pending', expires_at, now(), now()
FROM sale
ORDER BY CASE :'rows' WHEN 'scattered' THEN random() END;

INSERT INTO order_items (order_id, category_id, quantity)
SELECT order_id, category_id, quantity
FROM sale
ORDER BY CASE :'rows' WHEN 'scattered' THEN random() END;

VACUUM (ANALYZE) events, ticket_categories, orders, order_items, tickets;
