-- Redis commands that delete all keys of every other event; see ops/bench/change. psql variable: prefix.
SELECT concat_ws(' ', 'DEL', :'prefix' || 'inventory:' || event_id || ':' || id)
FROM ticket_categories WHERE hashtext(event_id) % 2 = 0
UNION ALL
SELECT concat_ws(E'\n',
    concat_ws(' ', 'DEL', :'prefix' || 'holds:' || hold_token),
    concat_ws(' ', 'ZREM', :'prefix' || 'holds:expiration-index', hold_token))
FROM orders WHERE hashtext(event_id) % 2 = 0;
