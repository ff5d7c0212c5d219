"""Inventories of a world, right or off by some seats, and keys of other people."""

import json

import values
from chance import Chance
from world import KeyMade


class Counts(Chance):
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
            name = self.chance.choice(values.FOREIGN)
            if "{}" in name or self.number == 0:
                self.world.keys.append(self.foreign_key(name.format(f"f{self.number}")))
        if self.odds(0.04):
            self.world.keys.append(self.foreign_key(f"inventory:{event}:{category}:history"))
        if self.odds(0.04):
            gone = {"total": "5", "sold": "1", "pending": "0", "available": "4", "version": "3"}
            self.world.keys.append(KeyMade(f"inventory:{event}:gone{self.number}", "hash", gone))
