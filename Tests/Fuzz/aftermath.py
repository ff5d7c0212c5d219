"""What a hold may have become: checks of one key and its index member, before beside after.

Each check returns what is wrong, an empty list where nothing is.
"""

import json
from collections import Counter
from typing import NamedTuple, Optional

import entries
from holds import FIELDS, RELEASED
from instants import integer, is_plausible, iso_seconds
from redis_client import Key

DAY = 86_400
SLACK = 120  # seconds by which a span that the program counts may differ


class Sight(NamedTuple):
    """A hold as Redis had it, or has it."""

    key: Optional[Key]
    score: Optional[float]

    def field(self, name: str) -> Optional[str]:
        return self.key.value.get(name) if self.key is not None and self.key.kind == "hash" else None


def untouched(before: Sight, after: Sight) -> list:
    return kept(before, after) + member(after, before.score)


def kept(before: Sight, after: Sight) -> list:
    return [] if before.key == after.key else [f"key changed: {before.key} became {after.key}"]


def member(after: Sight, *allowed: Optional[float]) -> list:
    return [] if after.score in allowed else [f"score is {after.score}, should be {' or '.join(map(str, allowed))}"]


def ended(before: Sight, after: Sight) -> list:
    return kept(before, after) + member(after, None)


def dropped(before: Sight, after: Sight) -> list:
    return ([] if after.key is None else [f"still there: {after.key}"]) + member(after, None)


def foreign(before: Sight, after: Sight) -> list:
    return kept(before, after)


def alive(expiry: int, now: float, is_in_flight: bool = False):
    """A hold that lives. One in flight may also be as it was: the finalizer ends it."""

    def check(before: Sight, after: Sight) -> list:
        wrong = _same_fields(before, after, besides={"expiresAtEpoch", "expiresAt"})
        if wrong or is_in_flight and before == after:
            return wrong
        is_now, was = integer(after.field("expiresAtEpoch")), integer(before.field("expiresAtEpoch"))
        if is_now != expiry and (is_now is None or is_now != was or not is_plausible(is_now, now)):
            wrong.append(f"expiresAtEpoch is {after.field('expiresAtEpoch')}, should be {expiry}")
            is_now = expiry
        if before.key.ends != after.key.ends and 0 <= after.key.ends < before.key.ends:
            wrong.append(f"ends at {after.key.ends}, earlier than {before.key.ends}")
        may_lack = is_now <= now + 5 or is_in_flight
        return wrong + member(after, is_now, *([None] if may_lack else []), *([before.score] if is_in_flight else []))

    return check


def alive_somehow(before: Sight, after: Sight) -> list:
    """A hold whose expiry nobody can tell: it keeps its seats, whatever is written of its expiry."""
    return _same_fields(before, after, besides={"expiresAtEpoch", "expiresAt"})


def renewed(now: float):
    """A claimed hold of an accepted order lives for another day, so that the finalizer can finish it."""

    def check(before: Sight, after: Sight) -> list:
        committed = {"orderReference", "orderId"} - set(before.key.value)  # as commit writes them
        wrong = _same_fields(before, after, besides={"expiresAtEpoch", "expiresAt", "status", *committed})
        if after.field("status") not in ("checkout_committed", before.field("status")):
            wrong.append(f"status is {after.field('status')}")
        return wrong + _life(after, now + DAY - SLACK, now + DAY + SLACK)

    return check


def written(event: str, seats: Counter, status: str, earliest: float, latest: float):
    def check(before: Sight, after: Sight) -> list:
        if after.key is None or after.key.kind != "hash":
            return [f"not written again: {after.key}"]
        wrong = []
        if after.field("status") != status:
            wrong.append(f"status is {after.field('status')}, should be {status}")
        try:
            found = entries.read(after.field("entries") or "")
        except entries.Malformed:
            return wrong + [f"entries are {after.field('entries')}"]
        if found.event != event or found.by_category != seats:
            wrong.append(f"entries are {after.field('entries')}, should have {dict(seats)}")
        wrong += _life(after, earliest, latest) + _others(before, after)
        return wrong

    return check


def closed(*statuses: str):
    def check(before: Sight, after: Sight) -> list:
        wrong = _same_fields(before, after, besides={"status"}, new=True)
        if after.field("status") not in statuses:
            wrong.append(f"status is {after.field('status')}, should be {' or '.join(statuses)}")
        if after.key is not None and after.key.ends < 0:
            wrong.append("a hash that has ended stays for ever")
        return wrong + member(after, None)

    return check


released = closed(*RELEASED)
finalized = closed("finalized")


def _same_fields(before: Sight, after: Sight, besides: set, new: bool = False) -> list:
    if after.key is None or after.key.kind != "hash":
        return [f"the hash is gone: {before.key}"]
    was, is_now = before.key.value, after.key.value
    names = set(was) if new else set(was) | set(is_now)
    return [
        f"field {name} was {was.get(name)!r}, is {is_now.get(name)!r}"
        for name in sorted(names - besides)
        if was.get(name) != is_now.get(name)
    ]


def _life(after: Sight, earliest: float, latest: float) -> list:
    """An expiry within bounds, the same in all its spellings, and a hash that outlives it."""
    expiry = integer(after.field("expiresAtEpoch"))
    if expiry is None or not earliest <= expiry <= latest:
        return [f"expiresAtEpoch is {after.field('expiresAtEpoch')}, should be {earliest} to {latest}"]
    wrong = member(after, expiry)
    if abs((iso_seconds(after.field("expiresAt")) or 0) - expiry) > 1:
        wrong.append(f"expiresAt is {after.field('expiresAt')}, expiresAtEpoch {expiry}")
    if 0 <= after.key.ends < expiry * 1000:
        wrong.append(f"the hash ends at {after.key.ends}, before its hold")
    return wrong


def _others(before: Sight, after: Sight) -> list:
    """A hash that is written again keeps whose it is, and what others wrote into it."""
    if before.key is None or before.key.kind != "hash":
        return []
    was, is_now = before.key.value, after.key.value
    wrong = [
        f"field {name} was {was[name]!r}, is {is_now.get(name)!r}"
        for name in sorted(set(was) - set(FIELDS))
        if is_now.get(name) != was[name]
    ]
    requester = _requester(was.get("metadata"))
    if requester is not None and _requester(is_now.get("metadata")) != requester:
        wrong.append(f"requester was {requester!r}, metadata is {is_now.get('metadata')!r}")
    return wrong


def _requester(metadata: Optional[str]) -> Optional[str]:
    try:
        value = json.loads(metadata or "")
    except (ValueError, RecursionError):
        return None
    requester = value.get("requesterId") if isinstance(value, dict) else None
    return requester if isinstance(requester, str) and requester else None
