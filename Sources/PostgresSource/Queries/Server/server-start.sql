-- When the server was started: another answer is from another server, or from one that has forgotten what it had not written.
SELECT extract(epoch FROM pg_postmaster_start_time())
