"""What SQL says that Redis should hold, event by event, for the peers in Python.

One snapshot, two sorted streams that are merged here: the server sorts once, and no page is joined anew. They are read by a
thread of their own, a batch ahead, so that PostgreSQL and Redis work at the same time.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Iterator, NamedTuple

import psycopg2

# Keys in a batch: enough to hide the round trip to Redis, and about a megabyte of it.
BATCH = 2000

CATEGORIES = """
SELECT event_id, id, quantity_total, quantity_sold FROM ticket_categories ORDER BY event_id COLLATE "C"
"""

# A row for each order and category; times are made into text by the server, which does it at a tenth of Python's cost.
SEATS = """
SELECT o.event_id, o.hold_token,
       CASE WHEN o.status = 'pending_payment' AND o.expires_at IS NOT NULL THEN 'held' ELSE 'checkout_committed' END,
       to_char(o.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       to_char(e.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       extract(epoch FROM e.expires_at)::bigint,
       i.category_id, i.quantity,
       concat('{"eventId":', to_json(o.event_id), ',"categoryId":', to_json(i.category_id), ',"quantity":', i.quantity, '}')
FROM orders AS o
CROSS JOIN LATERAL (SELECT COALESCE(o.expires_at, o.created_at + interval '600 s') AS expires_at) AS e
JOIN order_items AS i ON i.order_id = o.id
WHERE o.status IN ('pending_payment', 'processing')
ORDER BY o.event_id COLLATE "C", o.hold_token COLLATE "C"
"""


class Category(NamedTuple):
    id: str
    total: int
    sold: int
    pending: int

    @property
    def available(self) -> int:
        return max(self.total - self.sold - self.pending, 0)


class Hold(NamedTuple):
    token: str
    status: str
    created: str
    expires: str
    epoch: int
    entries: str


class Event(NamedTuple):
    id: str
    categories: list
    holds: list


def expected_batches(connection: str) -> Iterator[list]:
    """Yields the events in batches for a pipeline each."""
    batches = batches_of(expected_events(connection))
    with ThreadPoolExecutor(max_workers=1) as reader:
        ahead = reader.submit(next, batches, None)
        while batch := ahead.result():
            ahead = reader.submit(next, batches, None)
            yield batch


def batches_of(events) -> Iterator[list]:
    batch, size = [], 0
    for event in events:
        batch.append(event)
        size += len(event.categories) + len(event.holds)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def expected_events(connection: str) -> Iterator[Event]:
    """Yields the events that have categories, in order of their ids."""
    with psycopg2.connect(connection) as sql:
        sql.set_session(isolation_level="REPEATABLE READ", readonly=True)
        seats = groupby(stream(sql, "seats", SEATS), key=lambda row: row[0])
        ahead, rows = next(seats, (None, ()))
        for event, categories in groupby(stream(sql, "categories", CATEGORIES), key=lambda row: row[0]):
            while ahead is not None and ahead < event:  # orders of an event without categories
                ahead, rows = next(seats, (None, ()))
            pending = {}
            holds = list(holds_of(rows, pending)) if ahead == event else []
            yield Event(
                event, [Category(id, total, sold, pending.get(id, 0)) for _, id, total, sold in categories], holds
            )


def stream(sql, name: str, query: str):
    cursor = sql.cursor(name)
    cursor.itersize = 10_000
    cursor.execute(query)
    return cursor


def holds_of(rows, pending: dict) -> Iterator[Hold]:
    """The holds of one event's rows; their seats are added to `pending`, by category."""
    for hold, entries in groupby(rows, key=lambda row: row[1:6]):
        words = []
        for *_, category, quantity, entry in entries:
            pending[category] = pending.get(category, 0) + quantity
            words.append(entry)
        yield Hold(*hold, f"[{','.join(words)}]")
