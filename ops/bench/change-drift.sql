-- Redis commands by which a seat leaks in one category of some events; see ops/bench/change. psql variables: prefix, percent.
SELECT concat_ws(E'\n',
    concat_ws(' ', 'HINCRBY', key, 'pending', 1), concat_ws(' ', 'HINCRBY', key, 'available', -1),
    concat_ws(' ', 'HINCRBY', key, 'version', 1))
FROM (
    SELECT :'prefix' || 'inventory:' || event_id || ':' || min(id) AS key
    FROM ticket_categories
    WHERE abs(hashtext(event_id)) % 100 < :percent
    GROUP BY event_id
) AS drifted;
