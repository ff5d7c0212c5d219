-- The place in the WAL of what this transaction reads. A hot standby has no current position and refuses to be asked; what
-- it has replayed is what it shows.
SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END
