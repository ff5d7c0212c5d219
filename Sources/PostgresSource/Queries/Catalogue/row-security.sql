-- The tables of which row-level security would hide rows, and the policies that do so, by name.
SELECT c.relname, coalesce(string_agg(p.polname, ', ' ORDER BY p.polname), '')
FROM unnest(ARRAY['events', 'ticket_categories', 'orders', 'order_items', 'tickets']) AS need (relation)
JOIN pg_class c ON c.oid = to_regclass(need.relation)
LEFT JOIN pg_policy p
       ON p.polrelid = c.oid AND p.polcmd IN ('r', '*')
          AND (0 = ANY (p.polroles)
               OR EXISTS (SELECT FROM unnest(p.polroles) AS granted (role) WHERE pg_has_role(granted.role, 'USAGE')))
WHERE row_security_active(c.oid)
GROUP BY c.relname
ORDER BY c.relname
