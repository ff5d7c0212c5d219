-- Whether somebody has told a standby to replay no more.
SELECT pg_is_wal_replay_paused()
