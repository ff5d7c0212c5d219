"""The seats of a hold, read from the `entries` of its hash (contract section 2)."""

import re
from collections import Counter
from typing import NamedTuple, Optional

import loose_json

MOST = 10**14  # beyond it Lua no longer writes a number digit by digit


class Seats(NamedTuple):
    event: Optional[str]  # None where there are no entries
    by_category: Counter
    doubtful: bool  # whether a reader of the platform might take it for something else


class Malformed(Exception):
    """The entries are not what the contract says. `events` are those that they name, as far as that can be read."""

    def __init__(self, events: frozenset = frozenset()):
        super().__init__()
        self.events = events


def read(text: str) -> Seats:
    try:
        value, doubtful = loose_json.read(text)
    except loose_json.NotJSON:
        raise Malformed from None
    if value == {}:
        return Seats(None, Counter(), True)  # cjson does not tell it from an empty array
    if not isinstance(value, list):
        raise Malformed
    events, seats, faulty = set(), Counter(), False
    for entry in value:
        if not isinstance(entry, dict):
            faulty = True
            continue
        event, category = identifier(entry.get("eventId")), identifier(entry.get("categoryId"))
        if event is not None:
            events.add(event.text)
        amount = quantity(entry.get("quantity"))
        if event is None or category is None or amount is None:
            faulty = True
            continue
        doubtful |= event.doubtful or category.doubtful or amount[1]
        seats[category.text] += amount[0]
    if faulty or len(events) > 1:
        raise Malformed(frozenset(events))
    return Seats(next(iter(events), None), seats, doubtful or not seats)  # a hold of no seats is nobody's


class Identifier(NamedTuple):
    text: str
    doubtful: bool


def identifier(value: object) -> Optional[Identifier]:
    """An id is a text, or a number whose text it is."""
    if isinstance(value, str):
        return Identifier(value, False)
    if not isinstance(value, float):
        return None
    by_lua = f"{value:.14g}"
    by_javascript = str(int(value)) if value.is_integer() else repr(value)
    return Identifier(by_javascript, by_lua != by_javascript or "e" in by_javascript or abs(value) >= MOST)


def quantity(value: object) -> Optional[tuple]:
    """Seats, as a number or its text, and whether that is doubtful; None for what cannot be seats."""
    doubtful = False
    if isinstance(value, str):
        if not re.fullmatch(r"[1-9][0-9]*", value):
            # Lua counts with a text such as " 3", "3.0" or "0x3"; Redis' counters do not.
            return (int(float(value)), True) if re.fullmatch(r" *0*[0-9]{1,9}(\.0*)? *", value) else None
        value, doubtful = float(value), len(value) > 14
    if not isinstance(value, float) or value != value or value in (float("inf"), float("-inf")):
        return None
    if not value.is_integer() or value < 0:
        return None
    return int(value), doubtful or value == 0 or value >= MOST
