-- When this transaction began, in milliseconds.
SELECT floor(extract(epoch FROM now()) * 1000)::bigint
