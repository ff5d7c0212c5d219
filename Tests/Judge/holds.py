"""What the hash of a hold says: whose it is, its status, its expiry, its seats.

A hash can be read in more than one way where its values contradict each other, or where the platform's own readers would
not agree. Then `readings` has all of them.
"""

from collections import Counter
from typing import NamedTuple, Optional

import entries
import loose_json
from instants import integer, is_plausible, iso_seconds

ACTIVE = {"held", "checkout_pending", "checkout_committed"}
RELEASED = {"expired", "cancelled"}
STATUSES = ACTIVE | RELEASED | {"finalized"}

# What the platform writes into a hash of its own. A hash with none of these is somebody else's.
FIELDS = ("status", "expiresAtEpoch", "expiresAt", "entries", "token", "createdAt", "metadata", "orderReference")
AGREE = 1  # seconds by which the two spellings of an expiry may differ
DISAGREE = 60  # seconds from which on they are two instants


class Hold(NamedTuple):
    """One reading of a key `holds:{token}`."""

    kind: str  # none | foreign | zombie | malformed | whole
    status: Optional[str] = None
    expiry: Optional[int] = None
    event: Optional[str] = None
    seats: Counter = Counter()
    events: frozenset = frozenset()  # every event that a malformed one names
    fault: str = ""


NONE = Hold("none")
FOREIGN = Hold("foreign")


def readings(found, now: float) -> list:
    """Every reading of a key: None where there is none, its type where it is no hash, else its fields."""
    if found is None:
        return [NONE]
    if not isinstance(found, dict) or not any(found.get(name) is not None for name in FIELDS):
        return [FOREIGN]
    status = found.get("status")
    if found.get("entries") is None:
        zombie = Hold("zombie", status, fault="it has no entries")
        return [zombie] if status in STATUSES else [zombie, FOREIGN]
    several = [reading for seats in _seats(found["entries"]) for reading in _with_seats(found, seats, now)]
    return several if status is not None or found.get("expiresAtEpoch") is not None else [*several, FOREIGN]


def _seats(text: str) -> list:
    """Readings of the entries: seats, or the error."""
    try:
        seats = entries.read(text)
    except entries.Malformed as error:
        return [error]
    return [seats, entries.Malformed(frozenset({seats.event} - {None}))] if seats.doubtful else [seats]


def _with_seats(found: dict, seats, now: float) -> list:
    status = found.get("status")
    if isinstance(seats, entries.Malformed):
        # Neither its status nor its expiry matters: nobody knows how many seats it has.
        events = seats.events or _event_of_metadata(found.get("metadata"))
        return [Hold("malformed", status, events=events, fault=f"it has the entries {found['entries']}")]
    known = {"event": seats.event, "seats": seats.by_category, "events": frozenset({seats.event} - {None})}
    if status not in STATUSES:
        return [Hold("malformed", status, fault=f"it has the unknown status {status}", **known)]
    holds = []
    for expiry in expiries(found.get("expiresAtEpoch"), found.get("expiresAt"), now):
        if expiry is None:
            fault = f"it has the expiresAtEpoch {found.get('expiresAtEpoch')} and expiresAt {found.get('expiresAt')}"
            holds.append(Hold("malformed", status, fault=fault, **known))
        else:
            holds.append(Hold("whole", status, expiry, **known))
    return holds


def _event_of_metadata(text: Optional[str]) -> frozenset:
    """The event that a hold's metadata name, which counts where its entries name none."""
    try:
        metadata = loose_json.read(text or "").value
    except loose_json.NotJSON:
        return frozenset()
    event = entries.identifier(metadata.get("eventId")) if isinstance(metadata, dict) else None
    return frozenset({event.text} if event else ())


def expiries(epoch: Optional[str], iso: Optional[str], now: float) -> list:
    """What a hold's expiry can be taken for, the likeliest first; None where it cannot be told.

    The plausible one of the two wins. Where both are plausible and contradict each other, the hold is not over before the
    later: in doubt seats stay held.
    """
    seconds, spelled = integer(epoch), iso_seconds(iso)
    if seconds is not None and not is_plausible(seconds, now):
        return [None] if spelled is None or not is_plausible(spelled, now) else [spelled]
    if spelled is not None and not is_plausible(spelled, now):
        spelled = None
    if seconds is None:
        # A fraction, a text or nothing: only the other spelling can be read, or neither.
        return [None] if spelled is None else [spelled, None]
    if spelled is None or abs(seconds - spelled) <= AGREE:
        return [seconds]
    if abs(seconds - spelled) < DISAGREE:
        return [seconds, spelled, None]
    return [max(seconds, spelled), None] if max(seconds, spelled) > now else [seconds, spelled, None]
