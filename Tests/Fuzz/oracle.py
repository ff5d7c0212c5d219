"""What a run may make of a world: nothing that the contract does not allow."""

import itertools
from collections import Counter
from typing import NamedTuple, Optional

import aftermath
from aftermath import Sight
from evidence import Evidence
from holds import readings
from instants import integer
from outcomes import of_hold, of_tokenless
from redis_reading import COUNTS, INDEX, is_inventory
from rows import Rows
from verdicts import Graces
from world import World

LATE = 2**33  # an instant at which any expiry is plausible: whose a hold is does not depend on it
MOST = 3000  # combinations that are tried, the likeliest first


class Finding(NamedTuple):
    """A way in which a world's end differs from every end that the oracle allows, told for the nearest one."""

    wrong: list  # pairs of a key's name, or what else it is about, and what is wrong with it
    refused: frozenset  # events that the nearest end leaves as they are
    settled: frozenset  # events that it brings in order
    is_behind: bool


class Oracle:
    """The ends of one world, from Redis as it was before the run and the rows of SQL."""

    def __init__(self, world: World, before: dict, evidence: Evidence, graces: Graces, instants: list):
        self.before = before
        self.rows = Rows(world.rows)
        self.tokens = sorted(world.tokens())
        self.foreign = sorted({key.name for key in world.keys if not key.name.startswith(("holds:", "inventory:"))})
        self.orphans = sorted(
            key.name for key in world.keys
            if key.name.startswith("inventory:") and key.name not in self._inventory_names()
        )
        evidence = evidence._replace(attempts=self.rows.attempts())
        for name, (event, _) in self._inventory_names().items():
            if name in before and not _may_be_counts(before[name]):
                self.rows.doubt(event, "somebody else's key under the name of a category")
            elif name in before and before[name].value.get("version") == str(2**63 - 1):
                self.rows.doubt(event, "a version that cannot grow")
        self.outcomes = []
        for token in self.tokens:
            key = before.get(f"holds:{token}")
            found = None if key is None else key.value if key.kind == "hash" else key.kind
            score = self._sight(token, before).score
            self.outcomes.append(of_hold(self.rows, token, found, score, evidence, graces, instants))
        for number, order_rows in enumerate(self.rows.tokenless):
            self.tokens.append(f"\0{number}")  # no hold has this token
            self.outcomes.append(of_tokenless(self.rows, order_rows, evidence, instants))
        for outcome in itertools.chain.from_iterable(self.outcomes):
            for (event, category), seats in outcome.in_flight.items():
                if (self.rows.categories.get(event, {}).get(category, (0, 0))[1] or 0) < seats:
                    self.rows.doubt(event, "more is in flight than is sold")

    def _inventory_names(self) -> dict:
        return {
            f"inventory:{event}:{category}": (event, category)
            for event, categories in self.rows.categories.items() for category in categories
        }

    def judge(self, after: dict) -> Finding:
        """The nearest of the allowed ends."""
        doubtful = [event for event in self.rows.doubts if event in self.rows.categories]
        choices = [[frozenset(), frozenset({event})] for event in doubtful]
        best: Optional[Finding] = None
        for combination in itertools.islice(itertools.product(*choices, *self.outcomes), MOST):
            refusals, outcomes = combination[: len(choices)], combination[len(choices) :]
            finding = self._compare(set().union(*refusals), outcomes, after)
            if best is None or len(finding.wrong) < len(best.wrong):
                best = finding
            if not best.wrong:
                break
        return best._replace(wrong=best.wrong + self._wrong_elsewhere(best, after))

    def _compare(self, refused: set, outcomes: tuple, after: dict) -> Finding:
        known = set(self.rows.categories)
        refused = refused | (set(self.rows.faults) & known)
        for outcome in outcomes:
            refused |= outcome.refuses
        wrong, pending, in_flight = [], Counter(), Counter()
        for token, outcome in zip(self.tokens, outcomes):
            was, is_now = self._sight(token, self.before), self._sight(token, after)
            is_refused = self._is_refused(token, outcome, refused)
            found = (aftermath.untouched if is_refused else outcome.check)(was, is_now)
            if found and is_refused and self._events(token) & self.rows.unlisted:
                # Of an event that is not listed: its holds may be judged as strays.
                found = [] if was.key == is_now.key else outcome.check(was, is_now)
            wrong += [(f"holds:{token}", what) for what in found]
            pending.update(outcome.pending)
            in_flight.update(outcome.in_flight)
        for name, (event, category) in self._inventory_names().items():
            was, is_now = self.before.get(name), after.get(name)
            if event in refused:
                differs = was != is_now
                wrong += [(name, f"was refused, but changed: {was} became {is_now}")] if differs else []
            else:
                total, sold = self.rows.categories[event][category]
                sold -= in_flight[event, category]
                held = pending[event, category]
                expected = {"total": total, "sold": sold, "pending": held, "available": max(total - sold - held, 0)}
                differences = _wrong_counts(was, is_now, expected)
                if sold < 0 and differences:  # more is in flight than is sold: no less than none is
                    differences = _wrong_counts(was, is_now, {**expected, "sold": 0, "available": max(total - held, 0)})
                wrong += [(name, what) for what in differences]
        return Finding(
            wrong, frozenset(refused), frozenset(known - refused), any(outcome.is_behind for outcome in outcomes)
        )

    def _is_refused(self, token: str, outcome, refused: set) -> bool:
        """A hold is left alone with the event that it belongs to."""
        if outcome.refuses:
            return True
        named = {event for event, _ in (*outcome.pending, *outcome.in_flight)}
        return bool((named | self._events(token)) & refused)

    def _events(self, token: str) -> set:
        """The event of a hold: that of its order, else of its entries."""
        if token in self.rows.orders:
            return {self.rows.orders[token].order.event}
        key = self.before.get(f"holds:{token}")
        found = None if key is None else key.value if key.kind == "hash" else key.kind
        return {hold.event for hold in readings(found, None, LATE)} - {None}

    @staticmethod
    def _sight(token: str, picture: dict) -> Sight:
        index = picture.get(INDEX)
        return Sight(picture.get(f"holds:{token}"), index.value.get(token) if index and index.kind == "zset" else None)

    def _wrong_elsewhere(self, finding: Finding, after: dict) -> list:
        wrong = []
        for name in self.foreign:
            if self.before.get(name) != after.get(name):
                wrong.append((name, f"is somebody else's, and changed: it became {after.get(name)}"))
        named = {f"inventory:{event}:{category}" for event, category in self._named_categories()}
        for name in self.orphans:
            was, is_now = self.before.get(name), after.get(name)
            if was == is_now:
                is_ours = name not in named and was is not None and _is_counts(was)
                belongs = any(name.startswith(f"inventory:{event}:") for event in finding.refused)
                if is_ours and not belongs:
                    wrong.append((name, "is of a category that SQL does not have, and stays"))
            elif is_now is not None or name in named or was is None or not _is_counts(was):
                wrong.append((name, f"changed: {was} became {is_now}"))
        return wrong

    def _named_categories(self) -> set:
        """Categories that a hold or an order names, where these could be unfinished."""
        named = set()
        for token, outcomes in zip(self.tokens, self.outcomes):
            rows = self.rows.orders.get(token)
            if rows is not None and rows.order.status in ("pending_payment", "processing"):
                named |= {(rows.order.event, category) for category in rows.order.seats}
            for outcome in outcomes:
                named |= set(outcome.pending)
        return named | {
            (event, category)
            for token in self.tokens
            for event, category in self._seats_of_hash(token)
        }

    def _seats_of_hash(self, token: str) -> set:
        key = self.before.get(f"holds:{token}")
        found = None if key is None else key.value if key.kind == "hash" else key.kind
        return {(hold.event, category) for hold in readings(found, None, LATE) for category in hold.seats}


def _is_counts(key) -> bool:
    return key.kind == "hash" and is_inventory(key.value)


def _may_be_counts(key) -> bool:
    return key is not None and key.kind == "hash" and any(name in key.value for name in COUNTS)


def _wrong_counts(was, is_now, expected: dict) -> list:
    if was is not None and not _may_be_counts(was) and was == is_now:
        return []  # somebody else's under a name of ours: left
    if is_now is None or is_now.kind != "hash":
        return [f"is not written: {is_now}"]
    # A key of another type under the name of a category is a fault that SQL settles, or somebody else's: set right or left.
    before = was.value if was is not None and was.kind == "hash" else {}
    wrong = [
        f"{field} is {is_now.value.get(field)}, should be {expected[field]}"
        for field in expected
        if is_now.value.get(field) != str(expected[field])
    ]
    wrong += [
        f"field {name} was {before[name]!r}, is {is_now.value.get(name)!r}"
        for name in before
        if name not in COUNTS and is_now.value.get(name) != before[name]
    ]
    version, old = integer(is_now.value.get("version")), integer(before.get("version"))
    changed = any(before.get(field) != is_now.value.get(field) for field in expected)
    least = 1 if old is None else old + 1 if changed else old
    if old is not None and old < 1:
        old, least = None, 1  # no version of the platform's
    if version is None or version < min(least, 2**63 - 1) or (old is not None and version > old + 3 and version != 1):
        wrong.append(f"version was {before.get('version')}, is {is_now.value.get('version')}")
    return wrong
