-- The program's role: it reads the columns that the program reads, and nothing else of the tables.
--
--   psql -d tickets -f ops/deploy/postgres/role.sql                      the role hold_reconciler, in the schema public
--   psql -d tickets -v role=NAME -v schema=NAME -f …/role.sql            others
--
-- Run it on the primary as the owner of the tables, or a superuser; a second run changes nothing. Then give the role a
-- password, in psql: \password hold_reconciler
--
-- What PostgreSQL lets every role do, this one can do as well. narrow.sql takes from it what can be taken: temporary tables,
-- large objects, advisory locks, messages in the WAL, the server's other databases. No file can take the rest: any role may
-- change its own settings and password, send notifications, see the names of tables and the text of functions, and keep a
-- processor busy.
\set ON_ERROR_STOP on
\if :{?role}
\else
\set role hold_reconciler
\endif
\if :{?schema}
\else
\set schema public
\endif

SELECT format('CREATE ROLE %I', :'role') WHERE to_regrole(quote_ident(:'role')) IS NULL \gexec

-- A command that walks takes three connections (rows are read on two of their own, by turns), others one; the worker and
-- shards run beside each other.
ALTER ROLE :"role" LOGIN CONNECTION LIMIT 20;
-- Where the tables have row-level security, the role must see all rows: a hidden order looks like seats that nobody holds, so
-- PostgreSQL is told to refuse instead. A superuser then runs ALTER ROLE ... BYPASSRLS. A policy that lets every row through
-- does not help.
--
-- On a hot standby GRANT pg_read_all_stats lets the role see how far its primary is; without it a run goes by commits.
--
-- The program asks for both of these itself. They guard against mistakes, not against whoever has the password: any role
-- may change its own settings.
ALTER ROLE :"role" SET default_transaction_read_only = on;
ALTER ROLE :"role" SET statement_timeout = '60s';

SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role') \gexec
GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT (id) ON :"schema".events TO :"role";
GRANT SELECT (id, event_id, quantity_total, quantity_sold) ON :"schema".ticket_categories TO :"role";
GRANT SELECT (id, event_id, hold_token, status, expires_at, created_at, paid_at, updated_at)
    ON :"schema".orders TO :"role";
-- What may be there, and need not: evidence of checkouts that nobody will sell (contract section 3).
SELECT format('GRANT SELECT (payment_status) ON %I.orders TO %I', :'schema', :'role')
WHERE EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(format('%I.orders', :'schema')) AND attname = 'payment_status') \gexec
SELECT format('GRANT SELECT (hold_token, status) ON %I.api_idempotency TO %I', :'schema', :'role')
WHERE to_regclass(format('%I.api_idempotency', :'schema')) IS NOT NULL \gexec
-- Likewise prices, by which the report says what drift is worth (contract section 1).
SELECT format('GRANT SELECT (%I) ON %I.%I TO %I', attname, :'schema', optional.relation, :'role')
FROM (VALUES ('ticket_categories', 'price'), ('ticket_categories', 'currency'), ('order_items', 'unit_price'))
    AS optional (relation, attribute)
JOIN pg_attribute ON attrelid = to_regclass(format('%I.%I', :'schema', optional.relation)) AND attname = optional.attribute \gexec
GRANT SELECT (order_id, category_id, quantity) ON :"schema".order_items TO :"role";
GRANT SELECT (order_id, category_id, status) ON :"schema".tickets TO :"role";
