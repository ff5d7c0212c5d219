-- Returns no row where the server's encoding has all letters of $1 (text); else PostgreSQL refuses the parameter.
SELECT 1 WHERE $1::text IS NULL
