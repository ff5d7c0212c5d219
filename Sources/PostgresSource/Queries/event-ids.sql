-- The next events in byte order, by keyset.
--
-- $1 text   the last id of the run before; NULL at the start
-- $2 bigint how many
--
-- COLLATE "C" is the program's own order: pages must not depend on the database's locale.
SELECT e.id
FROM events e
WHERE $1::text IS NULL OR e.id COLLATE "C" > $1::text
ORDER BY e.id COLLATE "C"
LIMIT $2::bigint
