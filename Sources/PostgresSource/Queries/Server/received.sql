-- How far a standby has received, in bytes of WAL; NULL where it does not stream.
SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint
