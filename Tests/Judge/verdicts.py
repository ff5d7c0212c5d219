"""What has to become of a hold, by its order and its hash: the table of the README, written down once more."""

from enum import Enum
from typing import NamedTuple, Optional

from holds import ACTIVE, RELEASED, Hold
from orders import Order, Standing


class Verdict(Enum):
    DROP = "what is left of it goes"
    ENDED = "it has ended"
    ALIVE = "it is alive"
    WRITE = "it is written again from its order"
    RENEW = "it lives on, and longer"
    RELEASE = "its seats go back on sale"
    FINALIZE = "its seats are sold"
    IN_FLIGHT = "its seats are sold, and the finalizer is on its way"
    KEPT = "its hash has ended, its seats are kept for a paid order"
    REPORT = "its hash has ended, an open order is left without seats"
    BEHIND = "Redis has sold what SQL does not know"
    REFUSE = "nobody knows what its order is"


class Graces(NamedTuple):
    finalize: float  # so long after payment the finalizer may still be on its way
    claim: float  # so long after its expiry a claimed hold without an order may stay


V = Verdict
# Columns: none or useless, active, `held` and expired, claimed and expired, finalized, released.
TABLE = {
    Standing.NONE: (V.DROP, V.ALIVE, V.RELEASE, V.RELEASE, V.BEHIND, V.ENDED),
    Standing.RESERVED: (V.WRITE, V.ALIVE, V.ALIVE, V.ALIVE, V.BEHIND, V.REPORT),
    Standing.OVER: (V.DROP, V.ALIVE, V.RELEASE, V.ALIVE, V.BEHIND, V.ENDED),
    Standing.ACCEPTED: (V.WRITE, V.ALIVE, V.WRITE, V.RENEW, V.BEHIND, V.KEPT),
    Standing.ABANDONED: (V.DROP, V.RELEASE, V.RELEASE, V.RELEASE, V.BEHIND, V.ENDED),
    Standing.SOLD: (V.DROP, V.FINALIZE, V.FINALIZE, V.FINALIZE, V.ENDED, V.ENDED),
    Standing.CLOSED: (V.DROP, V.RELEASE, V.RELEASE, V.RELEASE, V.ENDED, V.ENDED),
    Standing.UNKNOWN: (V.REFUSE,) * 6,
}


def column(hold: Hold, now: float) -> int:
    if hold.kind != "whole":
        return 0
    if hold.status in ACTIVE:
        return 1 if hold.expiry > now else 2 if hold.status == "held" else 3
    return 5 if hold.status in RELEASED else 4


def verdict(standing: Standing, order: Optional[Order], hold: Hold, graces: Graces, now: float) -> Verdict:
    place = column(hold, now)
    said = TABLE[standing][place]
    if standing is Standing.NONE and place == 3 and hold.expiry + graces.claim > now:
        return V.ALIVE
    if said is V.FINALIZE and order.sold is not None and order.sold + graces.finalize > now:
        return V.IN_FLIGHT
    if said in (V.WRITE, V.KEPT) and not order.seats:
        return V.DROP if place == 0 else V.ENDED if said is V.KEPT else V.WRITE
    return said
