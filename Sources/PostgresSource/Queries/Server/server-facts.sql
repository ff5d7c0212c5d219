-- The facts about the server for doctor, and whether this transaction may only read.
SELECT current_setting('server_version') AS version,
       current_setting('server_encoding') AS encoding,
       current_database() AS database,
       current_user AS role,
       current_setting('transaction_read_only') AS read_only
