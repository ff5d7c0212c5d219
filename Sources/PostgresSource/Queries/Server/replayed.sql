-- How far a standby has replayed, in bytes of WAL.
SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint
