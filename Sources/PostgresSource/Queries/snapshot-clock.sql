-- The instant and the place in the WAL of the snapshot that this transaction reads, and the transactions that it shows.
--
-- A hot standby has no current WAL position and refuses to be asked; what it has replayed is what it shows.
SELECT floor(extract(epoch FROM now()) * 1000)::bigint AS now_ms,
       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn,
       txid_current_snapshot()::text AS visible
