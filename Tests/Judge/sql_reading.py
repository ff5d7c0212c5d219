"""What SQL says, read through psql in one snapshot."""

import json
import subprocess
from collections import Counter, defaultdict
from typing import NamedTuple, Optional

from evidence import Attempt
from orders import Order


class Unreadable(Exception):
    """SQL or Redis could not be read, so there is no judgement."""


class Picture(NamedTuple):
    categories: dict  # (event, category) → (total, sold)
    orders: dict  # by hold token
    attempts: dict  # by hold token, rows of api_idempotency


# One JSON array a line; its first element says what it is. A platform need not have api_idempotency or payment_status.
SCRIPT = r"""
\set ON_ERROR_STOP 1
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SELECT json_build_array('category', event_id, id, quantity_total, quantity_sold) FROM ticket_categories;
SELECT json_build_array('order', id, hold_token, event_id, status, extract(epoch FROM expires_at),
    extract(epoch FROM created_at), extract(epoch FROM paid_at), extract(epoch FROM updated_at),
    CASE WHEN status = 'pending_payment' AND expires_at IS NULL THEN to_jsonb(o) ->> 'payment_status' END)
FROM orders AS o WHERE hold_token IS NOT NULL;
SELECT json_build_array('seats', order_id, category_id, quantity) FROM order_items;
SELECT json_build_array('seats', order_id, category_id, count(*)) FROM tickets AS t
WHERE status <> 'cancelled' AND NOT EXISTS (SELECT FROM order_items AS i WHERE i.order_id = t.order_id)
GROUP BY order_id, category_id;
SELECT to_regclass('api_idempotency') IS NOT NULL AS has_attempts \gset
\if :has_attempts
    SELECT json_build_array('attempt', hold_token, a.status)
    FROM api_idempotency AS a JOIN orders AS o USING (hold_token)
    WHERE o.status = 'pending_payment' AND o.expires_at IS NULL;
\endif
"""


def read_sql(connection: str) -> Picture:
    command = ["psql", "-X", "-q", "-A", "-t", "-v", "FETCH_COUNT=10000", "-f", "-", connection]
    categories, rows, attempts, seats_by_order = {}, {}, defaultdict(list), defaultdict(Counter)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as psql:
        psql.stdin.write(SCRIPT.encode())
        psql.stdin.close()
        for line in psql.stdout:
            kind, *row = json.loads(line.decode("utf-8", "surrogateescape"))
            if kind == "category":
                event, category, total, sold = row
                categories[_text(event), _text(category)] = (total, sold)
            elif kind == "order":
                rows[_text(row[1])] = row
            elif kind == "attempt":
                attempts[_text(row[0])].append(Attempt(row[1]))
            else:
                order, category, quantity = row
                seats_by_order[order][_text(category)] += quantity
    if psql.returncode != 0:
        raise Unreadable(f"psql ended with status {psql.returncode}")
    orders = {}
    for token, (order, _, event, status, *instants, payment_status) in rows.items():
        seats = seats_by_order.get(order, Counter())
        orders[token] = Order(
            _text(order), token, _text(event), status, *map(_instant, instants), payment_status, seats
        )
    return Picture(categories, orders, attempts)


def _text(identifier: object) -> str:
    """An id's text: columns of ids may be numbers."""
    return identifier if isinstance(identifier, str) else str(identifier)


def _instant(seconds: object) -> Optional[float]:
    return None if seconds is None else float(seconds)  # an infinite one comes as a text
