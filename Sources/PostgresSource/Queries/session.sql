-- Sets what every statement of the session relies on, whatever the connection string or the role says.
--
-- default_transaction_read_only: the program only reads SQL; PostgreSQL itself refuses anything else.
-- TimeZone: columns without a time zone are read as UTC, the platform's own convention.
-- idle_in_transaction_session_timeout: a run that was stopped for good must not hold the server's clean-up back.
-- idle_session_timeout, transaction_timeout, where the server knows them: between two snapshots a connection rests for as long
-- as the run works on Redis, and the time of a snapshot has a bound of its own.
-- DateStyle: no value depends on the role's settings.
-- work_mem: to join the rows of a snapshot takes up to 64 MB; with the default of 4 the server writes all of order_items to
-- temporary files, for each snapshot. What is set higher stays.
-- max_parallel_workers_per_gather: on a server that sells, a run takes no more than one core.
SELECT set_config('default_transaction_read_only', 'on', false),
       set_config('TimeZone', 'UTC', false),
       set_config('DateStyle', 'ISO', false),
       set_config('statement_timeout', $1, false),
       set_config('idle_in_transaction_session_timeout', '10min', false),
       set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')) / 1024, 65536) || 'kB', false),
       set_config('max_parallel_workers_per_gather', '0', false),
       set_config('jit', 'off', false),
       (SELECT count(set_config(name, '0', false)) FROM pg_settings
        WHERE name IN ('idle_session_timeout', 'transaction_timeout'))
