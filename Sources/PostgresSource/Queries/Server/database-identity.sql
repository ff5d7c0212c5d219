-- What tells this database from others, and whether this role may ask for the cluster's own number.
SELECT current_database() AS database,
       (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()) AS oid,
       has_function_privilege('pg_catalog.pg_control_system()', 'execute') AS may_ask
