-- How many bytes of WAL a standby has received; NULL where it does not stream.
SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint
