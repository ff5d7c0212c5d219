-- The tables of the ticket platform that holds and inventory depend on.
CREATE TABLE events (
    id text PRIMARY KEY,
    title text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'published',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ticket_categories (
    id text PRIMARY KEY,
    event_id text NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    name text NOT NULL DEFAULT '',
    quantity_total integer NOT NULL,
    quantity_sold integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ticket_categories_event_id_idx ON ticket_categories (event_id);

CREATE TABLE orders (
    id text PRIMARY KEY,
    event_id text NOT NULL REFERENCES events (id),
    hold_token text NOT NULL,
    status text NOT NULL,
    payment_status text NOT NULL DEFAULT 'pending',
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    paid_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_event_id_idx ON orders (event_id);
CREATE UNIQUE INDEX orders_hold_token_key ON orders (hold_token);

CREATE TABLE order_items (
    order_id text NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    category_id text NOT NULL REFERENCES ticket_categories (id),
    quantity integer NOT NULL,
    PRIMARY KEY (order_id, category_id)
);
CREATE INDEX order_items_order_id_idx ON order_items (order_id);

CREATE TABLE tickets (
    id text PRIMARY KEY,
    order_id text NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    event_id text NOT NULL REFERENCES events (id),
    category_id text NOT NULL REFERENCES ticket_categories (id),
    status text NOT NULL DEFAULT 'valid',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tickets_order_id_idx ON tickets (order_id);

-- What the checkout API keeps of its requests. Its times have no zone; they are in UTC.
CREATE TABLE api_idempotency (
    id text PRIMARY KEY,
    idempotency_key varchar(150) NOT NULL UNIQUE,
    status varchar(20) NOT NULL,
    hold_token varchar(150),
    created_at timestamp(3) NOT NULL,
    updated_at timestamp(3) NOT NULL,
    completed_at timestamp(3),
    expires_at timestamp(3) NOT NULL,
    response_payload jsonb
);
