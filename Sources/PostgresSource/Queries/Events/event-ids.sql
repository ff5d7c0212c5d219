-- The next events in byte order, by keyset.
--
-- $1 text   the last id of the call before; NULL at the start
-- $2 bigint how many
--
-- COLLATE "C" is the program's own order: pages must not depend on the database's locale. Here as everywhere ids are cast
-- to text, whatever type they have, since the key in Redis has their text.
SELECT e.id::text
FROM events e
WHERE $1::text IS NULL OR e.id::text COLLATE "C" > $1::text
ORDER BY e.id::text COLLATE "C"
LIMIT $2::bigint
