"""Hashes of holds: whole, or with one thing amiss."""

import json

import values
from chance import Chance, iso
from world import KeyMade

MONTH = 30 * 86400


class Hashes(Chance):
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
            "token": token, "status": status, "createdAt": iso(self.now - 700),
            "expiresAt": iso(expiry), "expiresAtEpoch": str(expiry),
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
            other, another = self.chance.choice(self.categories), self.chance.choice(self.categories)
            pieces.append(self.entry(other[0], another[1], 1, loose))
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
            spelled = ("", "x", f"{expiry}.5", f"{expiry}.0", "1e10", "-5", "0", str(2**70), f" {expiry}")
            fields["expiresAtEpoch"] = self.chance.choice(spelled)
        elif kind == 3:
            instants = (iso(expiry + 3600), iso(expiry - 3600), iso(expiry + 400 * MONTH), "", "soon", iso(expiry)[:-1])
            fields["expiresAt"] = self.chance.choice(instants)
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
            nested = json.dumps({"eventId": event, "requesterId": "r", "series": {"eventId": "gone"}})
            fields["metadata"] = self.chance.choice(('{"eventId":"gone","requesterId":"r"}', "", "[]", "{", nested))
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
