-- The position in the WAL of what this transaction reads. A hot standby refuses to tell a current position; it shows what
-- it has replayed.
SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END
