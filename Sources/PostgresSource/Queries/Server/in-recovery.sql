-- Whether the server replays another one's changes.
SELECT pg_is_in_recovery()
