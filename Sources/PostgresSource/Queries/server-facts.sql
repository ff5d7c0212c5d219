-- What doctor shows of the server and the session. The session's default counts for read_only: the transaction that
-- asks this is read-only by its own BEGIN.
SELECT current_setting('server_version') AS version,
       current_setting('server_encoding') AS encoding,
       current_database() AS database,
       current_user AS role,
       pg_is_in_recovery() AS standby,
       current_setting('default_transaction_read_only') AS read_only,
       coalesce((SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false) AS tls,
       current_setting('max_standby_streaming_delay') AS standby_delay
