"""Makes one world by chance. The same seed makes the same world, but for the instant that its times count from."""

import json
from datetime import datetime, timezone
from random import Random

import values
from database import PROFILES
from rows import spelled
from world import KeyMade, World

MONTH = 30 * 86400


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Maker:
    def __init__(self, name: str, number: int, profile: str, now: float):
        self.chance = Random(name)
        self.number = number
        self.now = int(now)
        self.world = World(name, profile)
        self.profile = profile
        self.is_numbered = PROFILES[profile][0] != "text"
        self.is_odd = self.chance.random() < 0.5  # whether its rows are other than a sound platform's
        self.made = 0
        self.categories = []  # (event, category, total)

    def odds(self, part: float) -> bool:
        return self.chance.random() < part

    def identifier(self, pool=values.IDS) -> str:
        self.made += 1
        number = self.number * 100 + self.made
        if self.is_numbered and pool is values.IDS:
            return str(number + 10**7)
        return self.chance.choice(pool).format(number)

    def ago(self, *spans: float) -> str:
        """An instant so many seconds ago; ahead where negative."""
        return spelled(self.now - self.chance.choice(spans) - self.chance.choice((0, 0, 0.25)))

    def seats(self, number: int) -> str:
        if self.is_odd and self.odds(0.06):
            return self.chance.choice(values.BAD_SEATS[self.profile])
        return str(number)

    def make(self) -> World:
        for _ in range(2 if self.odds(0.2) else 1):
            self.event()
        self.clashes()
        for _ in range(self.chance.choice((0, 1, 1, 2, 2, 3))):
            self.hold()
        self.inventories()
        self.others()
        return self.world

    # Rows of events

    def event(self):
        event = self.identifier()
        if not (self.is_odd and self.odds(0.03)):
            self.world.add("events", id=event)
        if self.is_odd and self.odds(0.03):
            self.world.add("events", id=event)
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            category, total = self.identifier(), self.chance.choice((0, 1, 10, 10, 100, 1000))
            self.category(event, category, total)
            if self.is_odd and self.odds(0.03):
                self.category(event, category, total * self.chance.choice((1, 2)))

    def category(self, event: str, category: str, total: int):
        sold = self.chance.choice((0, 0, total // 4, total // 2, total, total + 1))
        row = {"id": category, "event_id": event, "quantity_total": self.seats(total), "quantity_sold": self.seats(sold)}
        self.world.add("ticket_categories", **row)
        self.categories.append((event, category))

    def clashes(self):
        """Two events with colons whose categories make one key."""
        if self.is_odd and not self.is_numbered and self.odds(0.04):
            base = f"clash{self.number}"
            for event, category in ((base, "x:y"), (f"{base}:x", "y")):
                self.world.add("events", id=event)
                self.category(event, category, 10)

    # Holds

    def hold(self):
        token = self.identifier(values.HOLD_TOKENS)
        event, category = self.chance.choice(self.categories)
        seats = [(category, self.chance.choice((1, 2, 2, 3, 5)))]
        others = [c for e, c in self.categories if e == event and c != category]
        if others and self.odds(0.3):
            seats.append((self.chance.choice(others), self.chance.choice((1, 4))))
        order = None
        if self.odds(0.65):
            order = self.order(token, event, seats)
        elif self.odds(0.06):
            token = self.identifier(values.BYTES)
        if self.odds(0.72):
            self.hash(token, event, seats, order)
        elif self.odds(0.5):
            self.world.members.append((token, self.score(self.now + self.chance.choice((-4000, -300, 500)))))

    def order(self, token: str, event: str, seats: list) -> dict:
        status = self.chance.choice(values.STATUSES)
        if self.is_odd and self.odds(0.03):
            status = self.chance.choice(("on_hold", "", None, "PENDING_PAYMENT"))
        order = self.identifier()
        row = {"id": order, "event_id": event, "hold_token": token, "status": status, "payment_status": "pending"}
        row["created_at"] = self.ago(30, 300, 1800, 7200, 7200, 86400, 13 * 86400, 15 * 86400, 400 * 86400)
        row["expires_at"] = row["paid_at"] = None
        if status == "pending_payment" and self.odds(0.5):
            row["expires_at"] = self.ago(-400, -550, -7200, 300, 4000, 90000)
        elif status in ("processing", "confirmed", "completed") or self.odds(0.3):
            row["paid_at"] = self.ago(5, 20, 300, 7200, 15 * 86400)
            row["payment_status"] = self.chance.choice(("pending", "failed", "processing", "completed", None))
        row["updated_at"] = self.ago(5, 300, 7200)
        if self.is_odd and self.odds(0.05):
            name = self.chance.choice(("expires_at", "created_at", "paid_at", "updated_at"))
            row[name] = self.chance.choice(("infinity", "-infinity", None, "200000-01-01 00:00:00+00", "0044-03-15 00:00:00+00 BC"))
        if self.is_odd and self.odds(0.02):
            row["hold_token"] = None
        self.world.add("orders", **row)
        if self.is_odd and self.odds(0.03):
            self.world.add("orders", **(row if self.odds(0.5) else {**row, "id": self.identifier()}))
        self.items(row, seats)
        self.evidence(row)
        if row["expires_at"] is None and self.odds(0.02):
            self.world.abandoned.append(order)
        return row

    def items(self, row: dict, seats: list):
        if self.is_odd and self.odds(0.05):
            return
        if self.odds(0.1):
            for category, quantity in seats:
                for _ in range(quantity):
                    self.ticket(row, category, "valid")
                self.ticket(row, category, "cancelled")
            return
        for category, quantity in seats:
            if self.is_odd and self.odds(0.04):
                quantity += 1
            if self.is_odd and self.odds(0.04):
                category = self.chance.choice([c for _, c in self.categories] + [self.identifier()])
            item = {"order_id": row["id"], "category_id": category, "quantity": self.seats(quantity)}
            if self.is_odd and self.odds(0.02):
                item["quantity"] = "0"
            self.world.add("order_items", **item)
            if self.is_odd and self.odds(0.02):
                self.world.add("order_items", **item)

    def ticket(self, row: dict, category: str, status: str):
        ticket = {"id": f"t{self.number}-{self.made}", "order_id": row["id"], "event_id": row["event_id"]}
        self.world.add("tickets", **ticket, category_id=category, status=status)
        self.made += 1

    def evidence(self, row: dict):
        """The third witness: what the API noted, and messages on their way."""
        if row["status"] not in ("pending_payment", "processing") or row["expires_at"] is not None:
            return
        for _ in range(self.chance.choice((0, 1, 1, 1, 2))):
            status = self.chance.choice(("completed", "failed", "failed", "failed", "in_progress"))
            if self.is_odd and self.odds(0.1):
                status = self.chance.choice(("weird", None))
            self.made += 1
            self.world.add(
                "api_idempotency", idempotency_key=f"k{self.number}-{self.made}", status=status, hold_token=row["hold_token"],
                created_at=self.ago(7200), expires_at=self.chance.choice((None, self.ago(3600), self.ago(-3600))), completed_at=None,
            )
        if self.odds(0.3):
            order = row["id"]
            if self.is_numbered and self.odds(0.5):
                order = int(order)
            payload = {"orderId": order, "holdToken": row["hold_token"], "eventId": row["event_id"], "items": []}
            if self.odds(0.3):
                del payload[self.chance.choice(("orderId", "holdToken"))]
            message = json.dumps({"payload": payload, "attempts": 1, "messageId": "m", "enqueuedAt": iso(self.now)}, ensure_ascii=self.odds(0.5))
            self.world.messages.append((self.chance.choice((0, 1)), message))

    # Hashes of holds

    def hash(self, token: str, event: str, seats: list, order):
        if self.odds(0.05):
            self.world.keys.append(self.foreign_key(f"holds:{token}"))
            if self.odds(0.3):
                self.world.members.append((token, self.now + 300))
            return
        status = self.chance.choice(values.HASH_STATUSES)
        expiry = self.now + self.chance.choice((400, 560, 7200, -300, -4000, -90000, 500, 40000, 29 * 86400))
        if order is not None and order["expires_at"] is not None and self.odds(0.4):
            expiry = self.now + 480
        fields = {
            "token": token, "status": status, "createdAt": iso(self.now - 700), "expiresAt": iso(expiry), "expiresAtEpoch": str(expiry),
            "metadata": json.dumps({"eventId": event, "requesterId": f"buyer {self.number}"}),
            "entries": self.entries(event, seats),
        }
        if self.odds(0.5):
            fields["traceId"] = "trace"
        if status == "checkout_committed":
            fields["orderReference"] = "order"
        self.spoil(fields, expiry, event)
        ends = max(expiry, self.now) + self.chance.choice((900, 3600)) if self.odds(0.9) else None
        self.world.keys.append(KeyMade(f"holds:{token}", "hash", fields, ends))
        is_active = status in ("held", "checkout_pending", "checkout_committed")
        if self.odds(0.85 if is_active else 0.2):
            self.world.members.append((token, self.score(expiry)))

    def entries(self, event: str, seats: list) -> str:
        loose = self.odds(0.35)
        pieces = []
        for category, quantity in seats:
            if self.odds(0.06):
                quantity += 1
            spelled_so = values.quantity(self.chance, quantity) if loose else quantity
            if self.odds(0.02):
                spelled_so = values.broken_quantity(self.chance, quantity)
            pieces.append(self.entry(event, category, spelled_so, loose))
            if loose and self.odds(0.1):
                pieces.append(self.entry(event, category, 1, loose))
        if self.odds(0.02):
            pieces.append(self.entry(self.chance.choice(self.categories)[0], self.chance.choice(self.categories)[1], 1, loose))
        if self.odds(0.02):
            pieces.append(self.entry(event, self.identifier(), 1, loose))
        text = "[" + self.chance.choice(("", " ") if loose else ("",)) + ",".join(pieces) + "]"
        return values.broken_entries(self.chance, text) if self.odds(0.07) else text

    def entry(self, event: str, category: str, quantity, loose: bool) -> str:
        if self.is_numbered and self.odds(0.5):
            event, category = int(event), int(category)
            if loose and self.odds(0.2):
                event = float(event)
        return values.entry(self.chance, event, category, quantity, loose)

    def spoil(self, fields: dict, expiry: int, event: str):
        """One thing amiss, in a quarter of all hashes."""
        kind = self.chance.randrange(56)
        if kind == 0:
            fields["expiresAtEpoch"] = str(expiry * 1000)
        elif kind == 1:
            fields["expiresAtEpoch"], fields["expiresAt"] = str(expiry * 1000), iso(self.now + 400 * MONTH)
        elif kind == 2:
            fields["expiresAtEpoch"] = self.chance.choice(("", "x", f"{expiry}.5", f"{expiry}.0", "1e10", "-5", "0", str(2**70), f" {expiry}"))
        elif kind == 3:
            fields["expiresAt"] = self.chance.choice((iso(expiry + 3600), iso(expiry - 3600), iso(expiry + 400 * MONTH), "", "soon", iso(expiry)[:-1]))
        elif kind == 4:
            del fields["expiresAt"]
        elif kind == 5:
            del fields["expiresAtEpoch"]
        elif kind == 6:
            fields["status"] = self.chance.choice(values.BAD_HASH_STATUSES)
        elif kind == 7:
            del fields["status"]
        elif kind == 8:
            for name in ("entries", "metadata", "createdAt"):
                del fields[name]
        elif kind == 9:
            kept = {"status": fields["status"], "orderReference": "order"}  # what a late commit leaves
            fields.clear()
            fields.update(kept)
        elif kind == 10:
            fields["metadata"] = self.chance.choice(
                ('{"eventId":"gone","requesterId":"r"}', "", "[]", "{", json.dumps({"eventId": event, "requesterId": "r", "series": {"eventId": "gone"}}))
            )
        elif kind == 11:
            del fields["metadata"]
        elif kind == 12:
            fields["entries"] = fields["entries"][: self.chance.randrange(len(fields["entries"]) + 1)]
        elif kind == 13:
            fields["\udcff\x00odd"] = "\udcfe"

    def score(self, expiry: int) -> float:
        if self.odds(0.85):
            return expiry
        return self.chance.choice((expiry * 1000, expiry + 60, expiry - 0.5, 0, -1, "+inf", 1e300))

    def foreign_key(self, name: str) -> KeyMade:
        kind = self.chance.choice(("hash", "string", "list", "set", "zset"))
        value = {
            "hash": {"created": "5", "released": "4"}, "string": "owner", "list": ["a", "b"], "set": ["a"], "zset": [("a", 1)],
        }[kind]
        return KeyMade(name, kind, value, self.now + 90_000 if self.odds(0.5) else None)

    # Counts

    def inventories(self):
        for row in self.world.rows["ticket_categories"]:
            name = f"inventory:{row['event_id']}:{row['id']}"
            if any(key.name == name for key in self.world.keys) or self.odds(0.08):
                continue
            if self.odds(0.03):
                self.world.keys.append(self.foreign_key(name))
                continue
            self.world.keys.append(KeyMade(name, "hash", self.counts(row)))

    def counts(self, row: dict) -> dict:
        """Counts that are right, as far as that is simple, or off by some seats."""
        try:
            total, sold = int(float(row["quantity_total"] or 0)), int(float(row["quantity_sold"] or 0))
        except (ValueError, OverflowError):
            total, sold = 10, 0
        pending = sum(self.seats_held(key, row["event_id"], row["id"]) for key in self.world.keys)
        if self.odds(0.35):
            pending += self.chance.choice((1, 3, -1))
        if self.odds(0.1):
            sold += self.chance.choice((1, -1))
        fields = {
            "total": total + (5 if self.odds(0.05) else 0), "sold": sold, "pending": pending,
            "available": max(total - sold - pending, 0) + (self.chance.choice((2, -1)) if self.odds(0.15) else 0),
            "version": self.chance.choice((1, 5, 1000)),
        }
        fields = {name: str(number) for name, number in fields.items()}
        if self.odds(0.08):
            fields[self.chance.choice(list(fields))] = self.chance.choice(values.COUNT_TEXTS)
        if self.odds(0.06):
            del fields[self.chance.choice(list(fields))]
        if self.odds(0.1):
            fields.update({"name": "VIP", "priceCents": "9900", "\udcff": ""})
        return fields

    def seats_held(self, key: KeyMade, event: str, category: str) -> int:
        if not key.name.startswith("holds:") or key.kind != "hash":
            return 0
        try:
            entries = json.loads(key.value.get("entries", "[]"))
            is_active = key.value.get("status") in ("held", "checkout_pending", "checkout_committed")
            seats = [int(entry["quantity"]) for entry in entries if str(entry["categoryId"]) == category]
            return sum(seats) if is_active else 0
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError, OverflowError):
            return 0

    def others(self):
        """Keys of other people, and what is left of categories that have gone."""
        event, category = self.chance.choice(self.categories)
        if self.odds(0.08):
            pool = ("holds:stats{}", "holds:lock:{}", "inventory:{}", "queue:entry:{}", "queue:index:{}", "other{}", "holds", "inventory", "")
            name = self.chance.choice(pool)
            if "{}" in name or self.number == 0:
                self.world.keys.append(self.foreign_key(name.format(f"f{self.number}")))
        if self.odds(0.04):
            self.world.keys.append(self.foreign_key(f"inventory:{event}:{category}:history"))
        if self.odds(0.04):
            gone = {"total": "5", "sold": "1", "pending": "0", "available": "4", "version": "3"}
            self.world.keys.append(KeyMade(f"inventory:{event}:gone{self.number}", "hash", gone))
