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

FIELDS = ("status", "expiresAtEpoch", "expiresAt", "entries", "token", "createdAt", "metadata", "orderReference")
AGREE = 1  # seconds by which the two spellings of an expiry may differ


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


def readings(found, score: Optional[float], now: float) -> list:
    """Every reading of a key: None where there is none, its type where it is no hash, else its fields."""
    if found is None:
        return [NONE]
    if not isinstance(found, dict) or not _is_a_holds(found):
        return [FOREIGN]
    if found.get("entries") is None:
        return [Hold("zombie", found.get("status"), fault="it has no entries")]
    return [
        reading for seats in _seats(found["entries"]) for reading in _with_seats(found, seats, score, now)
    ]


def _is_a_holds(found: dict) -> bool:
    """Whether it has what only a hold's hash has; with anything else it is somebody else's."""
    if found.get("status") in STATUSES or found.get("expiresAtEpoch") is not None:
        return True
    try:
        return isinstance(loose_json.read(found.get("entries") or "").value, list)
    except loose_json.NotJSON:
        return False


def _seats(text: str) -> list:
    """Readings of the entries: seats, or the error."""
    try:
        seats = entries.read(text)
    except entries.Malformed as error:
        return [error]
    return [seats, entries.Malformed(frozenset({seats.event} - {None}))] if seats.doubtful else [seats]


def _with_seats(found: dict, seats, score: Optional[float], now: float) -> list:
    status = found.get("status")
    if isinstance(seats, entries.Malformed):
        # Neither its status nor its expiry matters: nobody knows how many seats it has.
        events = seats.events or _event_of_metadata(found.get("metadata"))
        return [Hold("malformed", status, events=events, fault=f"it has the entries {found['entries']}")]
    known = {"event": seats.event, "seats": seats.by_category, "events": frozenset({seats.event} - {None})}
    if status not in STATUSES:
        return [Hold("malformed", status, fault=f"it has the unknown status {status}", **known)]
    holds = []
    for expiry in expiries(found.get("expiresAtEpoch"), found.get("expiresAt"), score, now):
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


def expiries(epoch: Optional[str], iso: Optional[str], score: Optional[float], now: float) -> list:
    """What a hold's expiry can be taken for, the likeliest first; None where it cannot be told.

    `expiresAtEpoch` is believed while it is plausible, or `expiresAt` says the same; but a hold keeps its seats until the
    later of the two. Else `expiresAt` counts, or the value in milliseconds, or the score. In doubt seats stay held.
    """
    seconds, spelled = integer(epoch), iso_seconds(iso)
    if seconds is not None and (is_plausible(seconds, now) or spelled is not None and abs(seconds - spelled) <= AGREE):
        return [seconds] if spelled is None or spelled - seconds <= AGREE else [spelled]
    others = [spelled] if spelled is not None else []
    if seconds is not None and seconds > 0:
        others.append(seconds // 1000)
    if others:
        likely = [instant for instant in others if is_plausible(instant, now)]
        several = [max(likely)] if likely else []
        # One that cannot be meant may be the later: a hold that is over by the other is over in doubt only.
        if not likely or max(likely) <= now and max(others) > max(likely):
            several.append(max(others))
        return several if seconds is not None else [*several, None]
    is_score = score is not None and abs(score) != float("inf") and is_plausible(int(score), now)
    return [int(score), None] if is_score else [None]
