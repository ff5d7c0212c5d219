-- How many accepted checkouts wait for the finalizer, by how long they have waited; for doctor.
--
-- $1, $2, $3 bigint seconds: the hold TTL, the age from which evidence counts, the age beyond which no queue keeps a
-- message
SELECT count(*) FILTER (WHERE age > $1::bigint AND age <= $2::bigint),
       count(*) FILTER (WHERE age > $2::bigint AND age <= $3::bigint),
       count(*) FILTER (WHERE age > $3::bigint)
FROM (SELECT extract(epoch FROM now())
             - extract(epoch FROM greatest(o.created_at::timestamptz, o.paid_at::timestamptz)) AS age
      FROM orders o
      WHERE o.status::text = 'processing' OR (o.status::text = 'pending_payment' AND o.expires_at IS NULL)) AS waiting
