"""Makes one world by chance. The same seed makes the same world, but for the instant that its times count from."""

import values
from make_counts import Counts
from make_hashes import Hashes
from make_orders import Orders
from world import World


class Maker(Orders, Hashes, Counts):
    def make(self) -> World:
        for _ in range(2 if self.odds(0.2) else 1):
            self.event()
        self.clashes()
        for _ in range(self.chance.choice((0, 1, 1, 2, 2, 3))):
            self.hold()
        self.inventories()
        self.others()
        return self.world

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
