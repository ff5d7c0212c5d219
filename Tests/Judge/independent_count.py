#!/usr/bin/env python3
"""The independent judge: counts every seat of a platform again and compares with what Redis says.

Written from the platform's contract alone, apart from the program: its own reading of SQL (through psql) and of Redis
(through redis-cli), its own arithmetic, and nothing but Python's standard library. It judges a platform at rest, after a
rebuild: traffic stopped, so that SQL and Redis can be read one after the other.

    independent_count.py --psql "host=… dbname=…" --redis "-s /path/of/socket" --prefix eventix:dev: [--json]

It prints one line for each disagreement and a closing line of counts. Status: 0 when it judged at least one category and
nothing disagrees, 1 when something disagrees or there was nothing to judge, 2 when it could not read one of the two.
"""

import argparse
import json
import re
import shlex
import subprocess
import sys
from collections import Counter, defaultdict
from typing import Iterator, NamedTuple, Optional

ACTIVE = {"held", "checkout_pending", "checkout_committed"}
RELEASED = {"expired", "cancelled"}
OPEN = {"pending_payment", "processing"}
SOLD = {"confirmed", "completed"}
CLOSED = {"cancelled", "refunded", "expired", "failed"}

COUNTS = ("total", "sold", "pending", "available", "version")
INDEX = "holds:expiration-index"


class Unreadable(Exception):
    """SQL or Redis could not be read, so there is no judgement."""


# What SQL says


class Order(NamedTuple):
    status: str
    event: str
    expires: Optional[float]  # seconds since 1970; the order's own expiry, else None
    created: float
    paid: float  # when it was paid, as far as SQL knows, else when it last changed
    seats: Counter  # by (event, category)


SQL = (
    "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SELECT json_build_array('category', event_id, id, quantity_total, quantity_sold) FROM ticket_categories",
    """SELECT json_build_array('order', id, hold_token, status, event_id, extract(epoch FROM expires_at),
              extract(epoch FROM created_at), extract(epoch FROM COALESCE(paid_at, updated_at)))
       FROM orders WHERE hold_token IS NOT NULL""",
    "SELECT json_build_array('seats', order_id, category_id, quantity) FROM order_items",
    """SELECT json_build_array('seats', order_id, category_id, count(*)) FROM tickets AS t
       WHERE status <> 'cancelled' AND NOT EXISTS (SELECT FROM order_items AS i WHERE i.order_id = t.order_id)
       GROUP BY order_id, category_id""",
)


def read_sql(connection: str):
    """Returns the categories, (event, category) → (total, sold), and the orders by hold token."""
    command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-v", "FETCH_COUNT=10000"]
    for statement in SQL:
        command += ["-c", statement]
    categories, orders, seats_by_order = {}, {}, defaultdict(list)
    with subprocess.Popen(command + [connection], stdout=subprocess.PIPE) as psql:
        for line in psql.stdout:
            kind, *row = json.loads(line.decode("utf-8", "surrogateescape"))
            if kind == "category":
                event, category, total, sold = row
                categories[event, category] = (total, sold)
            elif kind == "order":
                order, token, *rest = row
                orders[token] = (order, rest)
            else:
                order, category, quantity = row
                seats_by_order[order].append((category, quantity))
    if psql.returncode != 0:
        raise Unreadable(f"psql ended with status {psql.returncode}")
    for token, (order, (status, event, *instants)) in orders.items():
        # An infinite one comes as a text.
        expires, created, paid = (instant if instant is None else float(instant) for instant in instants)
        seats = Counter()
        for category, quantity in seats_by_order.get(order, ()):
            seats[event, category] += quantity
        orders[token] = Order(status, event, expires, created, paid or created, seats)
    return categories, orders


# What Redis says

# Each script answers one string of frames, `length:bytes`, or `-1:` for a value that is missing: Redis values may hold any
# byte, and cjson and line-wise output do not carry them all.
FRAMES = """
local out = { 'frames ' }
local function put(value)
    if value then
        out[#out + 1] = #value .. ':' .. value
    else
        out[#out + 1] = '-1:'
    end
end
"""

# ARGV: cursor, pattern, length of the prefix. Answers: next cursor, then for each key its name without the prefix, its
# type, and of a hash the fields that are judged.
SCAN = FRAMES + """
local fields = {
    ['inventory:'] = { 'total', 'sold', 'pending', 'available', 'version' },
    ['holds:'] = { 'status', 'expiresAtEpoch', 'entries' },
}
local reply = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', 2000)
put(reply[1])
for _, key in ipairs(reply[2]) do
    local name = string.sub(key, ARGV[3] + 1)
    local wanted = fields[string.match(name, '^%a+:')]
    if wanted then
        local kind = redis.call('TYPE', key).ok
        put(name)
        put(kind)
        if kind == 'hash' then
            for _, value in ipairs(redis.call('HMGET', key, unpack(wanted))) do put(value) end
        end
    end
end
return table.concat(out)
"""

# KEYS: the index. ARGV: first and last rank. Answers: member, score, member, score, …
SLICE = FRAMES + """
for _, value in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES')) do put(value) end
return table.concat(out)
"""


class Hash(NamedTuple):
    status: Optional[str]
    expires: Optional[str]
    entries: Optional[str]


class Redis:
    def __init__(self, arguments: str, prefix: str):
        self.command = ["redis-cli", *shlex.split(arguments), "--raw"]
        self.prefix = prefix
        self.inventory = {}  # name without the prefix → the five counts as text, or the type of a key that is no hash
        self.holds = {}  # token → Hash, or the type of a key that is no hash
        self.index_type = None
        self.read_keys()
        self.index = dict(self.read_index()) if self.index_type == "zset" else {}
        self.now = int(self.run("TIME").split()[0])

    def run(self, *words: str) -> bytes:
        done = subprocess.run([*self.command, *(os_bytes(word) for word in words)], stdout=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise Unreadable(f"redis-cli ended with status {done.returncode}")
        return done.stdout

    def frames(self, script: str, keys: list, *arguments: str) -> list:
        reply = self.run("EVAL", script, str(len(keys)), *keys, *arguments)
        if not reply.startswith(b"frames "):
            raise Unreadable(f"redis-cli answered {reply[:200]!r}")
        values, position, end = [], len(b"frames "), len(reply) - 1  # redis-cli adds a line feed
        while position < end:
            colon = reply.index(b":", position)
            length = int(reply[position:colon])
            position = colon + 1 + max(length, 0)
            values.append(None if length < 0 else reply[colon + 1 : position].decode("utf-8", "surrogateescape"))
        return values

    def read_keys(self):
        pattern = re.sub(r"([\\*?\[\]^-])", r"\\\1", self.prefix) + "*"
        cursor = "0"
        while True:
            values = iter(self.frames(SCAN, [], cursor, pattern, str(len(os_bytes(self.prefix)))))
            cursor = next(values)
            for name in values:
                self.keep(name, next(values), values)
            if cursor == "0":
                return

    def keep(self, name: str, kind: str, values: Iterator):
        if name == INDEX:
            self.index_type = kind
        elif name.startswith("inventory:"):
            self.inventory[name] = [next(values) for _ in COUNTS] if kind == "hash" else kind
        else:
            token = name.removeprefix("holds:")
            self.holds[token] = Hash(next(values), next(values), next(values)) if kind == "hash" else kind

    def read_index(self) -> Iterator:
        step, first = 10_000, 0
        while members := self.frames(SLICE, [self.prefix + INDEX], str(first), str(first + step - 1)):
            yield from zip(members[0::2], map(float, members[1::2]))
            first += step


def os_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


# The judgement


class Grace(NamedTuple):
    hold_ttl: int  # an order without expiry expires so long after it was created
    finalize: int  # so long after payment the finalizer may still be on its way
    claim: int  # so long after its expiry a claimed hold without an order may stay
    slack: int  # so long ago, at most, was the rebuild: what fell due since is judged as it stands


def integer(text: Optional[str]) -> Optional[int]:
    return int(text) if text is not None and re.fullmatch(r"-?(0|[1-9][0-9]*)", text) else None


def seats_of(entries: str) -> Optional[Counter]:
    """The seats of a hold by (event, category), or None where the entries are not what the contract says."""
    try:
        seats = Counter()
        for entry in json.loads(entries):
            quantity = entry["quantity"]
            if type(quantity) is not int or quantity < 1:
                return None
            seats[entry["eventId"], entry["categoryId"]] += quantity
        return seats
    except (ValueError, TypeError, KeyError):
        return None


class Judge:
    def __init__(self, categories: dict, orders: dict, redis: Redis, grace: Grace):
        self.categories = categories
        self.orders = orders
        self.redis = redis
        self.grace = grace
        self.disagreements = []
        self.too_many_on_sale = {}  # seats on sale beyond those that there are, by inventory key
        self.live = []  # tokens of active holds that ought to be active
        self.listed = []  # those of them whose index member has their expiry
        self.pending = Counter()  # seats that `pending` has to count, by (event, category)
        self.in_flight = Counter()  # seats that SQL counts as sold and Redis still as pending

    def disagree(self, what: str):
        self.disagreements.append(what)

    def count(self, seats: Counter):
        # Not `+=`: that walks all of `pending` each time, to drop what is not positive.
        self.pending.update(seats)

    def judge(self):
        tokens = set(self.redis.holds) | set(self.orders)
        for token in sorted(tokens):
            self.judge_hold(token, self.orders.get(token), self.redis.holds.get(token))
        if self.redis.index_type not in (None, "zset"):
            self.disagree(f"{INDEX} is a {self.redis.index_type}, not a sorted set")
        for token in sorted(set(self.redis.index) - tokens):
            self.disagree(f"{INDEX} has {token}, which is no hold")
        for category in sorted(self.categories):
            self.judge_category(category)
        known = {f"inventory:{event}:{category}" for event, category in self.categories}
        for name in sorted(set(self.redis.inventory) - known):
            self.disagree(f"{name} is the inventory of a category that SQL does not have")
            if isinstance(counts := self.redis.inventory[name], list):
                self.judge_sale(name, counts[COUNTS.index("available")], 0)

    # Holds

    def judge_hold(self, token: str, order: Optional[Order], found):
        name = f"holds:{token}"
        if order is not None and order.status not in OPEN | SOLD | CLOSED:
            self.disagree(f"{name} belongs to an order of unknown status {order.status}")
            return
        needed = order is not None and self.needs_hold(order)
        if found is None:
            if needed:
                self.disagree(f"{name} does not exist, but its order is {order.status}")
                self.count(order.seats)
            self.expect_no_member(token)
            return
        seats, expires = self.whole(name, found)
        if seats is None:
            self.count(order.seats if needed else Counter())
        elif found.status in ACTIVE:
            self.judge_active(token, order, found, seats, expires)
        elif found.status in RELEASED:
            if order is not None and order.status == "processing":
                self.count(order.seats)  # paid: the finalizer is going to sell these
            else:
                self.expect_no_member(token)
        else:
            if order is not None and order.status in OPEN:
                self.disagree(f"{name} is finalized, but its order is {order.status}")
            self.expect_no_member(token)

    def needs_hold(self, order: Order) -> bool:
        """Whether the order has seats that must be kept for it."""
        return bool(order.seats) and (order.status == "processing" or order.status in OPEN and not self.expired(order))

    def expired(self, order: Order) -> bool:
        expires = order.created + self.grace.hold_ttl if order.expires is None else order.expires
        return order.status != "processing" and expires <= self.redis.now

    def whole(self, name: str, found):
        """The seats and the expiry of a hold hash that is whole; else says what it lacks and returns a pair of None."""
        if not isinstance(found, Hash):
            self.disagree(f"{name} is a {found}, not a hash")
        elif found.entries is None:
            self.disagree(f"{name} is a zombie: it has no entries")
        elif found.status not in ACTIVE | RELEASED | {"finalized"}:
            self.disagree(f"{name} has the unknown status {found.status}")
        elif integer(found.expires) is None:
            self.disagree(f"{name} has the expiresAtEpoch {found.expires}")
        elif (seats := seats_of(found.entries)) is None:
            self.disagree(f"{name} has the entries {found.entries}")
        else:
            return seats, integer(found.expires)
        return None, None

    def judge_active(self, token: str, order: Optional[Order], found: Hash, seats: Counter, expires: int):
        name = f"holds:{token}"
        if reason := self.ought_to_end(order, found, expires):
            self.disagree(f"{name} is {found.status}, but {reason}")
            return
        self.count(seats)
        self.live.append(token)
        if order is not None and order.status in SOLD:
            self.in_flight.update(order.seats)
        elif order is not None and self.needs_hold(order) and seats != order.seats:
            self.disagree(f"{name} has {shown(seats)}, its order {shown(order.seats)}")
        score = self.redis.index.get(token)
        if score is None:
            if expires > self.redis.now:
                self.disagree(f"{name} is {found.status}, but not in {INDEX}")
        elif score == expires:
            self.listed.append(token)
        else:
            self.disagree(f"{name} expires at {expires}, but its score is {score:.17g}")

    def ought_to_end(self, order: Optional[Order], found: Hash, expires: int) -> Optional[str]:
        """Why an active hash should not be active any more, or None."""
        due = self.redis.now - self.grace.slack
        if order is None:
            grace = 0 if found.status == "held" else self.grace.claim
            return "it has no order and expired long ago" if expires + grace <= due else None
        if order.status in SOLD:
            return "its order was sold long ago" if order.paid + self.grace.finalize <= due else None
        if order.status in CLOSED:
            return f"its order is {order.status}"
        if found.status == "held" and self.expired(order) and expires <= due:
            return "it and its order expired long ago"
        return None

    def expect_no_member(self, token: str):
        if token in self.redis.index:
            self.disagree(f"{INDEX} has {token}, which is not active")

    # Categories

    def judge_category(self, category):
        name = "inventory:{}:{}".format(*category)
        found = self.redis.inventory.get(name)
        if not isinstance(found, list):
            self.disagree(f"{name} does not exist" if found is None else f"{name} is a {found}, not a hash")
            return
        total, sold = self.categories[category]
        sold -= self.in_flight[category]
        pending = self.pending[category]
        expected = {"total": total, "sold": sold, "pending": pending, "available": max(total - sold - pending, 0)}
        for field, text in zip(COUNTS, found):
            if field == "version":
                if (integer(text) or 0) < 1:
                    self.disagree(f"{name} has the version {text}")
            elif integer(text) != expected[field]:
                self.disagree(f"{name} has {field} {text}, should be {expected[field]}")
            if field == "available":
                self.judge_sale(name, text, expected[field])

    def judge_sale(self, name: str, available: Optional[str], most: int):
        """Notes seats on sale that are not there; what is no number sells nothing."""
        if (integer(available) or 0) > most:
            self.too_many_on_sale[name] = integer(available) - most


def shown(seats: Counter) -> str:
    return ", ".join(f"{quantity} of {category}" for (_, category), quantity in sorted(seats.items())) or "nothing"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--psql", required=True, metavar="CONNECTION", help="libpq connection string")
    parser.add_argument("--redis", required=True, metavar="ARGUMENTS", help="arguments of redis-cli, as one string")
    parser.add_argument("--prefix", required=True, help="key prefix of the deployment; may be empty")
    parser.add_argument("--hold-ttl", type=int, default=600, metavar="S", help="of an order without expiry (600)")
    parser.add_argument("--finalize-grace", type=int, default=60, metavar="S", help="since payment (60)")
    parser.add_argument("--claim-grace", type=int, default=60, metavar="S", help="of a claimed hold without order (60)")
    parser.add_argument("--slack", type=int, default=60, metavar="S", help="between the rebuild and now (60)")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    options = parser.parse_args()

    grace = Grace(options.hold_ttl, options.finalize_grace, options.claim_grace, options.slack)
    try:
        categories, orders = read_sql(options.psql)
        redis = Redis(options.redis, options.prefix)
    except Unreadable as problem:
        print(f"judge: {problem}", file=sys.stderr)
        return 2
    judge = Judge(categories, orders, redis, grace)
    judge.judge()

    sys.stdout.reconfigure(errors="backslashreplace")
    if options.json:
        counts = {"categories": len(categories), "holds": len(redis.holds), "orders": len(orders)}
        findings = {"disagreements": judge.disagreements, "tooManyOnSale": judge.too_many_on_sale}
        print(json.dumps({**counts, **findings, "live": judge.live, "listed": judge.listed}))
    else:
        for line in judge.disagreements:
            print(line)
        print(
            f"judged {len(categories)} categories, {len(redis.holds)} holds and {len(orders)} orders: "
            f"{len(judge.disagreements) or 'no'} disagreement{'' if len(judge.disagreements) == 1 else 's'}"
        )
    return 0 if categories and not judge.disagreements else 1


if __name__ == "__main__":
    sys.exit(main())
