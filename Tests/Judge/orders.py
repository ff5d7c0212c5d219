"""What an order is, by SQL and by the evidence beside it (contract sections 1 and 3)."""

from collections import Counter
from enum import Enum
from typing import NamedTuple, Optional

from evidence import Evidence, of_abandonment

SOLD = {"confirmed", "completed"}
CLOSED = {"cancelled", "refunded", "expired", "failed"}


class Standing(Enum):
    NONE = "none"
    RESERVED = "reserved"
    OVER = "reserved, over"
    ACCEPTED = "accepted"
    ABANDONED = "abandoned"
    SOLD = "sold"
    CLOSED = "closed"
    UNKNOWN = "of unknown status"


class Order(NamedTuple):
    id: str
    token: str
    event: str
    status: Optional[str]
    expires: Optional[float]  # seconds since 1970, as are the others
    created: Optional[float]
    paid: Optional[float]
    updated: Optional[float]
    payment_status: Optional[str]
    seats: Counter  # by category

    @property
    def accepted(self) -> Optional[float]:
        """When it was accepted, as far as SQL knows."""
        return max((instant for instant in (self.created, self.paid) if instant is not None), default=None)

    @property
    def sold(self) -> Optional[float]:
        """When the finalizer's grace begins."""
        return self.updated if self.paid is None else self.paid


def standings(order: Optional[Order], evidence: Evidence, now: float) -> list:
    """What the order is; more than one where the contract leaves it open."""
    if order is None:
        return [Standing.NONE]
    if order.status in SOLD:
        return [Standing.SOLD]
    if order.status in CLOSED:
        return [Standing.CLOSED]
    if order.status not in ("pending_payment", "processing"):
        return [Standing.UNKNOWN]
    if order.status == "pending_payment" and order.expires is not None:
        return [Standing.OVER if order.expires <= now else Standing.RESERVED]
    abandoned = of_abandonment(order, evidence, now)
    return [Standing.ABANDONED if is_so else Standing.ACCEPTED for is_so in abandoned]
