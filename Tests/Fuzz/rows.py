"""What the rows of a world say, with what is wrong in them, read apart from any database."""

import re
from collections import Counter
from datetime import datetime, timezone
from typing import NamedTuple, Optional

from evidence import Attempt
from orders import Order

ELSEWHERE = "a category elsewhere"
LARGEST = 2**53  # seats beyond this are nobody's
SPECIAL = {
    "infinity": float("inf"),
    "-infinity": float("-inf"),
    "200000-01-01 00:00:00+00": 6.2e12,
    "0044-03-15 00:00:00+00 BC": -6.3e10,
}


def spelled(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f+00")


def instant(value: Optional[str]) -> Optional[float]:
    if value is None or value in SPECIAL:
        return SPECIAL.get(value)
    return datetime.strptime(value, "%Y-%m-%d %H:%M:%S.%f+00").replace(tzinfo=timezone.utc).timestamp()


class Number(NamedTuple):
    value: int
    doubtful: bool


def number(value: Optional[str]) -> Optional[Number]:
    """Seats as a column has them, None where they are none: a fraction, a text, nothing."""
    found = re.fullmatch(r"(-?[0-9]+)(\.0+)?", value or "")
    if found is None:
        padded = re.fullmatch(r" *([0-9]+) *", value or "")
        return Number(int(padded[1]), True) if padded else None
    seats = int(found[1])
    return Number(seats, seats > LARGEST) if abs(seats) < 2**63 else None


class OrderRows(NamedTuple):
    order: Order
    faults: tuple  # why its seats cannot be told
    doubts: tuple


class Rows:
    def __init__(self, rows: dict):
        self.rows = rows
        self.categories = {}  # by event, (total, sold) by category
        self.faults = {}  # by event, why it cannot be used
        self.doubts = {}  # by event, what the contract does not settle
        self._read_categories()
        self.keys_of_two()
        self.owners = {}  # events by category
        for event, categories in self.categories.items():
            for category in categories:
                self.owners.setdefault(category, set()).add(event)
        for owners in self.owners.values():
            if len(owners) > 1:
                for event in owners:
                    self.doubt(event, "a category of two events")
        listed = Counter(row["id"] for row in rows.get("events", ()))
        self.unlisted = {event for event in self.categories if not listed[event]}
        for event in self.categories:
            if listed[event] != 1 or event == "":
                self.doubt(event, f"{listed[event]} rows in events")
        self.orders = {}  # OrderRows by hold token
        self.tokenless = []  # those of orders without one
        self._read_orders()

    def fault(self, event: Optional[str], why: str):
        self.faults.setdefault(event, []).append(why)

    def doubt(self, event: Optional[str], why: str):
        self.doubts.setdefault(event, []).append(why)

    def _read_categories(self):
        for row in self.rows.get("ticket_categories", ()):
            event, category = row["event_id"], row["id"]
            if event is None:
                continue
            categories = self.categories.setdefault(event, {})
            if category is None or category == "":
                self.doubt(event, "a category without id")
            if category in categories:
                self.fault(event, f"two rows of category {category!r}")
            total, sold = number(row["quantity_total"]), number(row["quantity_sold"])
            categories[category] = (total and total.value, sold and sold.value)
            if total is None or sold is None or sold.value < 0:
                self.fault(event, f"seats of category {category!r}")
            elif total.value < 0 or total.doubtful or sold.doubtful:
                self.doubt(event, f"seats of category {category!r}")

    def keys_of_two(self):
        """Two categories whose ids make one key."""
        owners = {}
        for event, categories in self.categories.items():
            for category in categories:
                owners.setdefault(f"{event}:{category}", []).append(event)
        for events in owners.values():
            if len(events) > 1:
                for event in events:
                    self.fault(event, "a key of two categories")

    def _read_orders(self):
        for row in self.rows.get("orders", ()):
            token, event = row["hold_token"], row["event_id"]
            if token is None and row["status"] not in KNOWN:
                self.doubt(event, "an order without a hold, of unknown status")
            if token is not None and token in self.orders:
                self.fault(event, f"two orders of {token!r}")
                self.fault(self.orders[token].order.event, f"two orders of {token!r}")
            seats, faults, doubts = self._seats(row["id"], event)
            if sum(other["id"] == row["id"] for other in self.rows["orders"]) > 1:
                doubts += ("two orders of one id",)
            if token == "":
                doubts += ("an empty token",)
            instants = [instant(row[name]) for name in ("expires_at", "created_at", "paid_at", "updated_at")]
            if any(row[name] in SPECIAL for name in ("expires_at", "created_at", "paid_at", "updated_at")):
                doubts += ("an instant that nobody means",)
            order = Order(row["id"], token, event, row["status"], *instants, row["payment_status"], seats)
            if token is None:
                self.tokenless.append(OrderRows(order, faults, doubts))
            else:
                self.orders[token] = OrderRows(order, faults, doubts)

    def _seats(self, order: Optional[str], event: Optional[str]):
        items = [row for row in self.rows.get("order_items", ()) if row["order_id"] == order]
        seats, faults, doubts = Counter(), [], []
        for row in items:
            category, quantity = row["category_id"], number(row["quantity"])
            if category in seats:
                faults.append("two items of one category")
            if quantity is None or quantity.value < 0:
                faults.append("seats of an item")
            else:
                seats[category] += quantity.value
                if quantity.doubtful or quantity.value == 0:
                    doubts.append("seats of an item")
        if not items:
            for row in self.rows.get("tickets", ()):
                if row["order_id"] == order and row["status"] != "cancelled":
                    seats[row["category_id"]] += 1
                    if row["status"] is None:
                        doubts.append("a ticket without a status")
        seats = +seats
        if not seats:
            doubts.append("no seats")
        if event in self.categories and any(category not in self.categories[event] for category in seats):
            faults.append(ELSEWHERE)
        return seats, tuple(faults), tuple(doubts)

    def attempts(self) -> dict:
        found = {}
        for row in self.rows.get("api_idempotency", ()):
            if row["hold_token"] is not None:
                found.setdefault(row["hold_token"], []).append(Attempt(row["status"]))
        return found


KNOWN = {
    "pending_payment", "processing", "confirmed", "completed", "cancelled", "refunded", "expired", "failed",
}
