-- When the last of the transactions that a standby has replayed was committed, by its primary's clock, in milliseconds.
SELECT floor(extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000)::bigint
