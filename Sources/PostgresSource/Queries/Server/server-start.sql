-- When the server was started. Another answer comes from another server, or from one that has lost what it had not
-- written to disk.
SELECT extract(epoch FROM pg_postmaster_start_time())
