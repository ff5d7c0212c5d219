"""Everything that may become of one hold, by the contract: one outcome, or several where the contract leaves it open.

An outcome that refuses leaves its events as they are, and with them every hold of theirs. In doubt only those outcomes are
here that keep seats held.
"""

from collections import Counter
from typing import Callable, NamedTuple, Optional

import aftermath
import holds
from aftermath import DAY, SLACK
from evidence import Evidence
from holds import ACTIVE, RELEASED, Hold
from instants import AHEAD
from orders import Standing, standings
from rows import ELSEWHERE, OrderRows, Rows
from verdicts import Graces, Verdict, verdict


class Outcome(NamedTuple):
    check: Callable  # of the hold's key, before and after
    refuses: frozenset = frozenset()  # events
    pending: Counter = Counter()  # by (event, category)
    in_flight: Counter = Counter()
    is_behind: bool = False


NOTHING = Outcome(lambda before, after: [])


class Case(NamedTuple):
    """One hold in one of its readings."""

    standing: Standing
    hold: Hold
    rows: Optional[OrderRows]
    all_rows: Rows
    now: float

    @property
    def order(self):
        return self.rows and self.rows.order

    @property
    def events(self) -> frozenset:
        named = set(self.hold.events) | {self.hold.event} | ({self.order.event} if self.order else set())
        return frozenset(named & set(self.all_rows.categories))

    def refused(self, *more: str, is_behind: bool = False) -> Outcome:
        return Outcome(aftermath.untouched, self.events | frozenset(more), is_behind=is_behind)

    def held(self, seats: Counter, event: Optional[str]) -> Counter:
        return Counter({(event, category): quantity for category, quantity in seats.items()})


def of_hold(
    rows: Rows, token: str, found, score: Optional[float], evidence: Evidence, graces: Graces, instants: list
) -> list:
    """The outcomes of a hold at each of these instants."""
    order_rows = rows.orders.get(token)
    order = order_rows and order_rows.order
    promising = order
    if order is not None and order_rows.faults and not order.seats:
        promising = order._replace(seats=Counter("?"))  # seats that cannot be told are not none
    seen, outcomes = [], []
    for now in instants:
        for standing in standings(order, evidence, now):
            for hold in holds.readings(found, score, now):
                said = verdict(standing, promising, hold, graces, now)
                if (standing, hold, said) not in seen:
                    seen.append((standing, hold, said))
                    outcomes += _of_case(Case(standing, hold, order_rows, rows, now), said)
    return outcomes


def of_tokenless(rows: Rows, order_rows: OrderRows, evidence: Evidence, instants: list) -> list:
    """An order that can have no hold: what is accepted keeps its seats all the same, what is reserved may."""
    outcomes = [NOTHING] if order_rows.order.event not in rows.categories else []
    for now in instants:
        for standing in standings(order_rows.order, evidence, now):
            case = Case(standing, holds.NONE, order_rows, rows, now)
            if standing in (Standing.RESERVED, Standing.ACCEPTED):
                kept = Outcome(NOTHING.check, pending=case.held(order_rows.order.seats, order_rows.order.event))
                outcomes += [case.refused()] + ([] if order_rows.faults else [kept])
            if standing is not Standing.ACCEPTED:
                outcomes.append(NOTHING)
            if order_rows.faults or order_rows.doubts or standing is Standing.UNKNOWN:
                outcomes.append(case.refused())
    return outcomes


def _of_case(case: Case, said: Verdict) -> list:
    known = set(case.all_rows.categories)
    if case.order is not None and case.order.event not in known or not case.events and case.hold.events:
        return _stray(case, said)
    outcomes = _plain(case, said)
    if case.rows is not None and (case.rows.doubts or set(case.rows.faults) - {ELSEWHERE}):
        outcomes.append(case.refused())  # a value that cannot be read stops its event, whatever it matters
    return outcomes


def _stray(case: Case, said: Verdict) -> list:
    """A hold of an event that SQL does not have: nobody's seats depend on it, and nothing that lives is deleted."""
    if case.hold.kind == "whole" and said in (Verdict.ALIVE, Verdict.RENEW, Verdict.IN_FLIGHT, Verdict.WRITE):
        return [Outcome(aftermath.alive_somehow)]
    return [Outcome(aftermath.foreign), Outcome(lambda before, after: [])]


def _plain(case: Case, said: Verdict) -> list:
    if said is Verdict.REFUSE:
        return [case.refused()]
    if case.hold.kind == "whole":
        return _whole(case, said)
    if case.hold.kind == "foreign":
        return _foreign(case, said)
    if case.hold.kind == "none":
        return _again(case) if said is Verdict.WRITE else [Outcome(aftermath.dropped)]
    return _useless(case, said)


def _foreign(case: Case, said: Verdict) -> list:
    """A key that is somebody else's stays, unless an open order names it; then its seats are kept in any case."""
    if said is not Verdict.WRITE:
        return [Outcome(aftermath.foreign), case.refused()] if case.events else [Outcome(aftermath.foreign)]
    kept = Outcome(aftermath.foreign, pending=case.held(case.order.seats, case.order.event))
    return [case.refused()] if case.rows.faults else [case.refused(), kept, *_again(case)]


def _useless(case: Case, said: Verdict) -> list:
    hold = case.hold
    keeps = Outcome(aftermath.alive_somehow, pending=case.held(hold.seats, hold.event))
    is_readable = hold.event is not None and hold.status in ACTIVE and _fits(case, hold)
    if hold.status == "finalized" and case.standing not in (Standing.SOLD, Standing.CLOSED):
        # Never undone: SQL may be behind.
        left = [] if case.standing in (Standing.RESERVED, Standing.ACCEPTED) else [Outcome(aftermath.ended)]
        return left + [case.refused(is_behind=True)] + (
            [Outcome(aftermath.dropped)] if case.standing is Standing.NONE and hold.kind == "zombie" else []
        )
    if said is Verdict.WRITE:
        kept = [Outcome(aftermath.ended)] if case.standing is Standing.RESERVED else [
            Outcome(aftermath.ended, pending=case.held(case.order.seats, case.order.event))
        ]
        # A hash that was released counts as released, as far as it can be read.
        return _again(case) + (kept if hold.status in RELEASED and not case.rows.faults else [])
    if case.standing is Standing.NONE:
        if hold.kind == "zombie":
            return [Outcome(aftermath.dropped)] + ([Outcome(aftermath.ended)] if hold.status in RELEASED else [])
        ended = [Outcome(aftermath.ended)] if hold.status in RELEASED else []
        if not case.events:
            # Nobody can tell whose it is; it may be any event's.
            anywhere = [case._replace(hold=hold._replace(events=frozenset({event}))) for event in case.all_rows.categories]
            return [Outcome(aftermath.foreign), *ended, *(place.refused() for place in anywhere)]
        return [case.refused(), *ended, *([keeps] if is_readable else [])]
    outcomes = [Outcome(check) for check in (aftermath.dropped, aftermath.ended)]
    if hold.kind == "malformed":
        closing = aftermath.finalized if case.standing is Standing.SOLD else aftermath.released
        outcomes += [case.refused(), Outcome(closing)]
        if is_readable and case.standing in (Standing.OVER, Standing.SOLD):
            outcomes.append(keeps)
    return outcomes


def _fits(case: Case, hold: Hold) -> bool:
    return all(category in case.all_rows.categories.get(hold.event, ()) for category in hold.seats)


def _again(case: Case) -> list:
    """Written again from its order. An expiry that can be read is not shortened."""
    order, hold = case.order, case.hold
    if case.rows.faults:
        owners = {owner for category in order.seats for owner in case.all_rows.owners.get(category, ())}
        return [case.refused(*owners)]
    if case.standing is Standing.ACCEPTED:
        status, earliest, latest = "checkout_committed", case.now + DAY - SLACK, case.now + DAY + SLACK
    else:
        status, earliest, latest = "held", order.expires - 1, order.expires + 1  # whole seconds; infinity has none
    if hold.expiry is not None:
        earliest, latest = max(earliest, hold.expiry), max(latest, hold.expiry)
    elif hold.kind in ("malformed", "zombie"):
        latest = max(latest, case.now + AHEAD)  # its own expiry, or its score, as far as these can be read
    outcomes = []
    several = [order.seats, hold.seats] if hold.event == order.event else [order.seats]
    for seats in filter(None, several):
        check = aftermath.written(order.event, seats, status, earliest, latest)
        outcomes.append(Outcome(check, pending=case.held(seats, order.event)))
    if order.expires is not None and order.expires > case.now + AHEAD:
        outcomes.append(case.refused())  # an expiry that cannot be meant is never copied
        far = aftermath.written(order.event, order.seats, status, case.now, order.expires + 1)
        outcomes.append(Outcome(far, pending=case.held(order.seats, order.event)))
    return outcomes


def _whole(case: Case, said: Verdict) -> list:
    hold, order = case.hold, case.order
    if order is not None and hold.event not in (None, order.event):
        return _of_two_events(case, said)
    seats = case.held(hold.seats, hold.event or (order and order.event))
    names_elsewhere = hold.event is not None and not _fits(case, hold)
    owners = {owner for category in hold.seats for owner in case.all_rows.owners.get(category, ())}
    fault = case.rows is not None and bool(case.rows.faults)
    if fault:
        owners |= {owner for category in order.seats for owner in case.all_rows.owners.get(category, ())}
    if said is Verdict.BEHIND:
        return [case.refused(is_behind=True)]
    if fault and ELSEWHERE in case.rows.faults and case.standing in (Standing.RESERVED, Standing.ACCEPTED):
        return [case.refused(*owners)]
    may_refuse = [case.refused(*owners)] if fault or names_elsewhere else []
    if said in (Verdict.ALIVE, Verdict.IN_FLIGHT, Verdict.RENEW):
        if names_elsewhere:
            return may_refuse
        alive = aftermath.alive(hold.expiry, case.now, said is Verdict.IN_FLIGHT)
        if said is Verdict.RENEW:
            alive = aftermath.renewed(case.now)
        outcomes = [Outcome(alive, pending=seats)]
        if said is Verdict.IN_FLIGHT:
            outcomes = [
                Outcome(alive, pending=seats, in_flight=sold)
                for sold in (seats, case.held(order.seats, order.event))
            ]
        elif said is Verdict.ALIVE and case.standing is Standing.ACCEPTED and hold.status != "held":
            outcomes.append(Outcome(aftermath.renewed(case.now), pending=seats))  # half of its day may be over
        return outcomes + may_refuse
    if said in (Verdict.RELEASE, Verdict.FINALIZE):
        check = aftermath.released if said is Verdict.RELEASE else aftermath.finalized
        return [Outcome(check), *may_refuse]
    if said is Verdict.WRITE:
        return _again(case) + may_refuse
    outcomes = [Outcome(aftermath.ended)]
    if said is Verdict.KEPT:
        if fault:
            return may_refuse
        outcomes = [Outcome(aftermath.ended, pending=case.held(order.seats, order.event)), *_again(case)]
    return outcomes + may_refuse


def _of_two_events(case: Case, said: Verdict) -> list:
    """A hold whose entries and whose order name two events: neither is opened."""
    hold, order = case.hold, case.order
    outcomes = [case.refused(is_behind=said is Verdict.BEHIND)]
    if said in (Verdict.ALIVE, Verdict.IN_FLIGHT, Verdict.RENEW, Verdict.WRITE):
        both = case.held(hold.seats, hold.event)
        if case.standing in (Standing.RESERVED, Standing.ACCEPTED):
            both = both + case.held(order.seats, order.event)
        outcomes.append(Outcome(aftermath.alive_somehow, pending=both))
    elif said in (Verdict.RELEASE, Verdict.FINALIZE):
        outcomes.append(Outcome(aftermath.released if said is Verdict.RELEASE else aftermath.finalized))
    elif said is not Verdict.BEHIND:
        outcomes.append(Outcome(aftermath.ended))
    return outcomes
