-- Extends some holds, and takes the orders of half of them away; see ops/bench/change. psql variable: prefix.
CREATE TEMPORARY TABLE cart AS
SELECT id, hold_token AS token, extract(epoch FROM expires_at)::bigint + 120 AS epoch,
       to_char((expires_at + interval '120 s') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS expires_at
FROM orders WHERE hashtext(id) % 2 = 0;

SELECT concat_ws(E'\n',
    concat_ws(' ', 'HSET', :'prefix' || 'holds:' || token, 'expiresAtEpoch', epoch, 'expiresAt', expires_at),
    concat_ws(' ', 'EXPIREAT', :'prefix' || 'holds:' || token, epoch + 900),
    concat_ws(' ', 'ZADD', :'prefix' || 'holds:expiration-index', epoch, token))
FROM cart WHERE hashtext(token) % 10 = 0;

DELETE FROM order_items USING cart WHERE order_id = cart.id;
DELETE FROM orders USING cart WHERE orders.id = cart.id;
VACUUM (ANALYZE) orders, order_items;
