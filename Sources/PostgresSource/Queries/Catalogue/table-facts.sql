-- How the columns of seats and instants can be read, and which ids the database itself prevents from coming twice.
--
-- direct: the cast to bigint or timestamptz cannot fail. guarded: it might fail, so a value is checked as text first. Any
-- other
-- answer: the type cannot have such values, and the message names it. A missing column is direct, since the query that
-- needs it will say so. once: there is a unique index of that one column; views and tables with children have none that
-- covers their rows.
SELECT need.relation, need.attribute, format_type(a.atttypid, a.atttypmod),
       CASE WHEN need.content = 'id' THEN
              CASE WHEN (c.relkind IN ('p', 'm') OR c.relkind = 'r' AND NOT c.relhassubclass)
                        AND EXISTS (SELECT FROM pg_index x
                                    WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid AND x.indnkeyatts = 1
                                      AND x.indkey[0] = a.attnum AND x.indpred IS NULL AND x.indexprs IS NULL)
                   THEN 'once' ELSE 'repeatable' END
            WHEN a.attname IS NULL THEN 'direct'
            WHEN need.content = 'seats' THEN
              CASE WHEN base.typname IN ('int2', 'int4', 'int8') THEN 'direct'
                   WHEN base.typname IN ('numeric', 'float4', 'float8') OR base.typcategory = 'S' THEN 'guarded'
                   ELSE 'unusable' END
            WHEN base.typname IN ('timestamptz', 'timestamp') THEN 'direct'
            WHEN base.typname = 'date' OR base.typcategory = 'S' THEN 'guarded'
            ELSE 'unusable' END,
       need.content
FROM (VALUES
        ('events', 'id', 'id'), ('orders', 'id', 'id'),
        ('ticket_categories', 'quantity_total', 'seats'), ('ticket_categories', 'quantity_sold', 'seats'),
        ('order_items', 'quantity', 'seats'),
        ('orders', 'expires_at', 'instant'), ('orders', 'created_at', 'instant'),
        ('orders', 'paid_at', 'instant'), ('orders', 'updated_at', 'instant')
     ) AS need (relation, attribute, content)
LEFT JOIN pg_class c ON c.oid = to_regclass(need.relation)
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = need.attribute AND NOT a.attisdropped
LEFT JOIN pg_type t ON t.oid = a.atttypid
-- The base type of a domain.
LEFT JOIN pg_type base ON base.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
