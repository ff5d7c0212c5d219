-- How many bytes of WAL the primary of a standby had, and when it said so, in milliseconds, by its own clock or the
-- standby's, whichever is behind. NULL for a role that is no member of pg_read_all_stats.
SELECT pg_wal_lsn_diff(latest_end_lsn, '0/0')::bigint || ' '
       || floor(extract(epoch FROM least(last_msg_send_time, last_msg_receipt_time)) * 1000)::bigint
FROM pg_stat_wal_receiver
