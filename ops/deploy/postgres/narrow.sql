-- Takes from the program's role what PUBLIC gives to every role: temporary tables, large objects, advisory locks, messages in
-- the WAL, the other databases of the server, and, before PostgreSQL 15, new tables in the schema. And bounds its temporary
-- files, which the role cannot lift.
--
--   psql -d tickets -f ops/deploy/postgres/narrow.sql                      of the role hold_reconciler, after role.sql
--   psql -d tickets -v role=NAME -v schema=NAME -f …/narrow.sql            others
--
-- PostgreSQL cannot deny to one role what PUBLIC has. So PUBLIC loses it, and every other role that can log in now gets it
-- by itself: nothing changes for these. A role that is made later must be granted what it needs of this. A second run
-- changes nothing. Only a superuser may take all of it; for others it takes what they own, and prints what it leaves.
\set ON_ERROR_STOP on
\if :{?role}
\else
\set role hold_reconciler
\endif
\if :{?schema}
\else
\set schema public
\endif

BEGIN;
-- What PUBLIC has, of the things that are to be taken from it: the words of GRANT for each.
CREATE TEMPORARY VIEW held_by_public AS
SELECT format('TEMPORARY ON DATABASE %I', datname) AS privilege, datdba AS owner
FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) AS entry
WHERE datname = current_database() AND grantee = 0 AND privilege_type = 'TEMPORARY'
UNION ALL
SELECT format('CONNECT ON DATABASE %I', datname), datdba
FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) AS entry
WHERE datname <> current_database() AND datallowconn AND grantee = 0 AND privilege_type = 'CONNECT'
UNION ALL
SELECT format('CREATE ON SCHEMA %I', nspname), nspowner
FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) AS entry
WHERE nspname = :'schema' AND grantee = 0 AND privilege_type = 'CREATE'
UNION ALL
-- Reading one takes a large object that somebody has granted, so those functions stay.
SELECT format('EXECUTE ON FUNCTION %s', functions.oid::regprocedure), proowner
FROM pg_proc AS functions, aclexplode(coalesce(proacl, acldefault('f', proowner))) AS entry
WHERE pronamespace = 'pg_catalog'::regnamespace AND grantee = 0 AND privilege_type = 'EXECUTE'
    AND (
        proname IN (
            'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lowrite', 'lo_truncate', 'lo_truncate64', 'lo_unlink',
            'pg_logical_emit_message')
        OR proname ~ '^pg_(try_)?advisory_'
    );

SELECT format('GRANT %s TO %I', privilege, rolname)
FROM held_by_public, pg_roles
WHERE rolcanlogin AND NOT rolsuper AND rolname <> :'role' AND pg_has_role(owner, 'USAGE') \gexec
SELECT format('REVOKE %s FROM PUBLIC', privilege) FROM held_by_public WHERE pg_has_role(owner, 'USAGE') \gexec
SELECT format('left, since it is another''s: %s', privilege) FROM held_by_public WHERE NOT pg_has_role(owner, 'USAGE');
DROP VIEW held_by_public;
-- A run that walks a large platform sorts on disk at times, and needs far less.
SELECT format('ALTER ROLE %I SET temp_file_limit = %L', :'role', '10GB')
FROM pg_roles WHERE rolname = current_user AND rolsuper \gexec
COMMIT;
