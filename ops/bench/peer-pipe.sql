-- Redis commands (RESP) that rebuild all inventory and every open order's hold. psql variable: prefix.
-- A row ends in a carriage return: psql adds the line feed.

-- One word of a command: its length in bytes, then itself. The cast keeps the body immutable, so PostgreSQL inlines it.
CREATE FUNCTION pg_temp.word(value text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN '$' || octet_length(value)::text || E'\r\n' || value || E'\r\n';

CREATE FUNCTION pg_temp.iso(moment timestamptz) RETURNS text LANGUAGE sql STABLE
RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

WITH counts AS (
    SELECT c.id, c.event_id, c.quantity_total AS total, c.quantity_sold AS sold, COALESCE(p.pending, 0) AS pending
    FROM ticket_categories AS c
    LEFT JOIN (
        SELECT i.category_id, sum(i.quantity) AS pending
        FROM orders AS o
        JOIN order_items AS i ON i.order_id = o.id
        WHERE o.status IN ('pending_payment', 'processing')
        GROUP BY i.category_id
    ) AS p ON p.category_id = c.id
), holds AS (
    SELECT o.hold_token AS token, o.event_id,
           CASE WHEN o.status = 'pending_payment' AND o.expires_at IS NOT NULL THEN 'held' ELSE 'checkout_committed' END
               AS status,
           o.created_at, COALESCE(o.expires_at, o.created_at + interval '600 s') AS expires_at,
           string_agg(concat('{"eventId":', to_json(o.event_id), ',"categoryId":', to_json(i.category_id),
                             ',"quantity":', i.quantity, '}'), ',') AS entries
    FROM orders AS o
    JOIN order_items AS i ON i.order_id = o.id
    WHERE o.status IN ('pending_payment', 'processing')
    GROUP BY o.id
), hold_words AS (
    SELECT token, status, pg_temp.iso(created_at) AS created_at, pg_temp.iso(expires_at) AS expires_at,
           extract(epoch FROM expires_at)::bigint AS epoch,
           concat('{"eventId":', to_json(event_id), ',"requesterId":""}') AS metadata,
           '[' || entries || ']' AS entries
    FROM holds
    OFFSET 0 -- a fence: each of these is used twice and computed once
)
SELECT concat(
    E'*12\r\n', pg_temp.word('HSET'), pg_temp.word(:'prefix' || 'inventory:' || event_id || ':' || id),
    pg_temp.word('total'), pg_temp.word(total::text), pg_temp.word('sold'), pg_temp.word(sold::text),
    pg_temp.word('pending'), pg_temp.word(pending::text),
    pg_temp.word('available'), pg_temp.word(greatest(total - sold - pending, 0)::text),
    pg_temp.word('version'), E'$1\r\n1\r')
FROM counts
UNION ALL
SELECT concat(
    E'*18\r\n', pg_temp.word('HSET'), pg_temp.word(:'prefix' || 'holds:' || token),
    pg_temp.word('token'), pg_temp.word(token), pg_temp.word('status'), pg_temp.word(status),
    pg_temp.word('createdAt'), pg_temp.word(created_at), pg_temp.word('expiresAt'), pg_temp.word(expires_at),
    pg_temp.word('expiresAtEpoch'), pg_temp.word(epoch::text), pg_temp.word('metadata'), pg_temp.word(metadata),
    pg_temp.word('entries'), pg_temp.word(entries), pg_temp.word('traceId'), pg_temp.word(''),
    E'*3\r\n', pg_temp.word('EXPIREAT'), pg_temp.word(:'prefix' || 'holds:' || token), pg_temp.word((epoch + 900)::text),
    E'*4\r\n', pg_temp.word('ZADD'), pg_temp.word(:'prefix' || 'holds:expiration-index'), pg_temp.word(epoch::text),
    '$', octet_length(token), E'\r\n', token, E'\r')
FROM hold_words;
