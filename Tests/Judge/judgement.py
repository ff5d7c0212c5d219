"""The judgement: whether what Redis says is what SQL and the contract want it to say."""

from collections import Counter
from typing import Optional

import holds
from evidence import Evidence
from holds import ACTIVE
from instants import integer
from orders import Standing, standings
from redis_reading import COUNTS, INDEX, Redis, is_inventory
from sql_reading import Picture
from verdicts import Graces, Verdict, verdict

UNFINISHED = {Standing.RESERVED, Standing.ACCEPTED}
# Verdicts that ask for nothing more to be done.
SETTLED = {Verdict.ENDED, Verdict.ALIVE, Verdict.IN_FLIGHT, Verdict.KEPT, Verdict.REPORT}


class Judge:
    def __init__(self, sql: Picture, redis: Redis, evidence: Evidence, graces: Graces, slack: float):
        self.sql = sql
        self.redis = redis
        self.evidence = evidence
        self.graces = graces
        self.slack = slack  # so long ago, at most, was the rebuild: what fell due since is judged as it stands
        self.found = []  # pairs of an event, where one is concerned, and a disagreement
        self.told = {}  # events that cannot be judged, with the reason
        self.too_many_on_sale = {}  # seats on sale beyond those that there are, by inventory key
        self.live = []  # tokens of active holds that ought to be active
        self.listed = []  # those of them whose index member has their expiry
        self.pending = Counter()  # seats that `pending` has to count, by (event, category)
        self.in_flight = Counter()  # seats that SQL counts as sold and Redis still as pending

    @property
    def disagreements(self) -> list:
        return [what for event, what in self.found if event is None or event not in self.told]

    def judge(self):
        tokens = set(self.redis.holds) | set(self.sql.orders)
        for token in sorted(tokens):
            self.judge_hold(token)
        if self.redis.index_type not in (None, "zset"):
            self.disagree(None, f"{INDEX} is a {self.redis.index_type}, not a sorted set")
        for token in sorted(set(self.redis.index) - tokens):
            self.disagree(None, f"{INDEX} has {token}, which is no hold")
        self.tell_of_categories_elsewhere()
        for category in sorted(self.sql.categories):
            if category[0] not in self.told:
                self.judge_category(category)
        self.judge_orphans()

    def disagree(self, event: Optional[str], what: str):
        self.found.append((event, what))

    def count(self, event: str, seats: Counter):
        self.pending.update({(event, category): quantity for category, quantity in seats.items()})

    # Holds

    def judge_hold(self, token: str):
        name, order, found = f"holds:{token}", self.sql.orders.get(token), self.redis.holds.get(token)
        several = [
            (standing, hold)
            for standing in standings(order, self.evidence, self.redis.now)
            for hold in holds.readings(found, self.redis.index.get(token), self.redis.now)
        ]
        standing, hold = several[0]
        event = hold.event if order is None else order.event
        if len(several) > 1:
            for reading in several:
                self.tell({event, *reading[1].events}, f"{name} can be read in two ways")
            return
        said = self.settled_verdict(standing, order, hold)
        if standing in UNFINISHED:
            self.pending.update(dict.fromkeys(((event, category) for category in order.seats), 0))
        if said is Verdict.BEHIND:
            self.tell({event, hold.event}, f"{name} is finalized, but its order is {standing.value}")
        elif said is Verdict.REFUSE:
            self.disagree(event, f"{name} belongs to an order of unknown status {order.status}")
        elif said is Verdict.DROP:
            if hold.kind in ("zombie", "malformed"):
                self.disagree(event, f"{name} is of no use: {hold.fault}")
            self.expect_no_member(event, token)
        elif said in (Verdict.ALIVE, Verdict.IN_FLIGHT) and hold.kind == "whole":
            self.judge_alive(token, order, hold, said)
        elif said in SETTLED:
            if said is Verdict.KEPT:
                self.count(event, order.seats)
            self.expect_no_member(event, token)
        else:
            self.disagree(event, f"{name} is {self.state(hold)}, its order is {standing.value}: {said.value}")
            if said is Verdict.WRITE:
                self.count(event, order.seats)

    def settled_verdict(self, standing: Standing, order, hold) -> Verdict:
        """The verdict of now, or else of when the rebuild can have been."""
        now = verdict(standing, order, hold, self.graces, self.redis.now)
        if now in SETTLED or now is Verdict.BEHIND:
            return now
        due = self.redis.now - self.slack
        then = standings(order, self.evidence, due)
        before = verdict(then[0], order, hold, self.graces, due)
        return before if before in SETTLED else now

    @staticmethod
    def state(hold) -> str:
        return hold.status if hold.kind == "whole" else "lost" if hold.kind == "none" else hold.kind

    def judge_alive(self, token: str, order, hold, said: Verdict):
        event = hold.event or (order and order.event)
        self.live.append(token)
        self.count(event, hold.seats)
        if said is Verdict.IN_FLIGHT:
            self.in_flight.update({(event, category): quantity for category, quantity in order.seats.items()})
        score, found = self.redis.index.get(token), self.redis.holds[token]
        if integer(found["expiresAtEpoch"]) != hold.expiry:
            self.disagree(event, f"holds:{token} ends at {hold.expiry}, but says {found['expiresAtEpoch']}")
        if score is None:
            if hold.expiry > self.redis.now:
                self.disagree(event, f"holds:{token} is {hold.status}, but not in {INDEX}")
        elif score == hold.expiry:
            self.listed.append(token)
        else:
            self.disagree(event, f"holds:{token} ends at {hold.expiry}, but its score is {score:.17g}")

    def expect_no_member(self, event: Optional[str], token: str):
        if token in self.redis.index:
            self.disagree(event, f"{INDEX} has {token}, which is not active")

    # Categories

    def tell(self, events: set, reason: str):
        for event in events - {None}:
            self.told.setdefault(event, reason)

    def tell_of_categories_elsewhere(self):
        """A category that an unfinished hold or order names may have moved: neither event can be judged then."""
        owners = {}
        for event, category in self.sql.categories:
            owners.setdefault(category, set()).add(event)
        for event, category in self.pending:
            if (event, category) not in self.sql.categories:
                here = f"seats of {event} are held in category {category}, which it does not have"
                self.tell({event, *owners.get(category, ())}, here)

    def judge_category(self, category):
        event, name = category[0], "inventory:{}:{}".format(*category)
        found = self.redis.inventory.get(name)
        if not isinstance(found, dict):
            what = "does not exist" if found is None else f"is a {found}, not a hash"
            self.disagree(event, f"{name} {what}")
            return
        total, sold = self.sql.categories[category]
        sold -= self.in_flight[category]
        pending = self.pending[category]
        expected = {"total": total, "sold": sold, "pending": pending, "available": max(total - sold - pending, 0)}
        for field in COUNTS:
            if field == "version":
                if (integer(found[field]) or 0) < 1:
                    self.disagree(event, f"{name} has the version {found[field]}")
            elif integer(found[field]) != expected[field]:
                self.disagree(event, f"{name} has {field} {found[field]}, should be {expected[field]}")
        self.judge_sale(name, found["available"], expected["available"])

    def judge_orphans(self):
        """Counts of a category that SQL does not have; what is no counts is somebody else's."""
        known = {"inventory:{}:{}".format(*category) for category in (*self.sql.categories, *self.pending)}
        for name in sorted(set(self.redis.inventory) - known):
            found = self.redis.inventory[name]
            if isinstance(found, dict) and is_inventory(found):
                self.disagree(None, f"{name} is the inventory of a category that SQL does not have")
                self.judge_sale(name, found["available"], 0)

    def judge_sale(self, name: str, available: Optional[str], most: int):
        """Notes seats on sale that are not there; what is no number sells nothing."""
        if (integer(available) or 0) > most:
            self.too_many_on_sale[name] = integer(available) - most


def shown_reasons(told: dict) -> list:
    return [f"{event} is not judged: {reason}" for event, reason in sorted(told.items())]
