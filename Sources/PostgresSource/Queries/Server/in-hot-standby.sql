-- Whether the server says that it is a hot standby; NULL before PostgreSQL 14.
SELECT current_setting('in_hot_standby', true) = 'on'
