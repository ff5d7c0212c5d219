-- The cluster's own number, which its standbys share.
SELECT s.system_identifier FROM pg_catalog.pg_control_system() AS s
