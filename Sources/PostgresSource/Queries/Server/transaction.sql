-- Sets what every statement of a transaction relies on, for that transaction alone: the connection may be a pooler's,
-- which may give it to the platform next. $1 text is how long a statement may take.
--
-- row_security: PostgreSQL refuses a query of which a policy would hide rows. A hold whose order is hidden looks like one
-- without an order, and its seats would go back on sale.
-- TimeZone: columns without a time zone are read as UTC, the platform's own convention.
-- DateStyle: no value depends on the role's settings.
-- idle_in_transaction_session_timeout: a run that was stopped for good must not hold the server's clean-up back.
-- work_mem: to join the rows of a snapshot takes up to 64 MB; with the default of 4 MB the server writes all of
-- order_items to temporary files, for each snapshot. A higher setting stays.
-- max_parallel_workers_per_gather: on a server that sells, a run takes no more than one core.
SELECT set_config('row_security', 'off', true),
       set_config('TimeZone', 'UTC', true),
       set_config('DateStyle', 'ISO', true),
       set_config('statement_timeout', $1, true),
       set_config('idle_in_transaction_session_timeout', '10min', true),
       set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')) / 1024, 65536) || 'kB', true),
       set_config('max_parallel_workers_per_gather', '0', true),
       set_config('jit', 'off', true)
