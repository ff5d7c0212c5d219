-- Nothing, where the letters of $1 (text) can be said in the server's encoding; else PostgreSQL refuses the parameter.
SELECT 1 WHERE $1::text IS NULL
