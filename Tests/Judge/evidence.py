"""The third witness: what tells whether anybody is still going to sell an accepted order (contract section 3)."""

from typing import NamedTuple, Optional

import loose_json
from entries import identifier

# What one list of the finalizer can be.
ABSENT = "absent"  # the deployment has no such list
UNREADABLE = "unreadable"


class Queue:
    """The finalizer's two lists, as far as they could be read."""

    def __init__(self, lists: list):
        self.are_absent = ABSENT in lists
        self.are_readable = not self.are_absent and UNREADABLE not in lists
        self.orders = set()
        self.tokens = set()
        self.has_garbage = False  # a message that cannot be read may be any order's
        for messages in lists:
            for message in messages if isinstance(messages, (list, tuple)) else ():
                self._take(message)

    def _take(self, message: str):
        try:
            value, doubtful = loose_json.read(message)
        except loose_json.NotJSON:
            self.has_garbage = True
            return
        payload = value.get("payload") if isinstance(value, dict) else None
        if not isinstance(payload, dict):
            self.has_garbage = True
            return
        order, token = identifier(payload.get("orderId")), identifier(payload.get("holdToken"))
        self.has_garbage |= doubtful or (order is None and token is None)
        if order is not None:
            self.orders.add(order.text)
        if token is not None:
            self.tokens.add(token.text)

    def has(self, order: str, token: str) -> bool:
        return order in self.orders or token in self.tokens


class Attempt(NamedTuple):
    """A row of `api_idempotency`."""

    status: Optional[str]


class Evidence(NamedTuple):
    queue: Queue
    attempts: dict  # by hold token, lists of Attempt; empty where the table cannot be read
    abandoned_after: float
    give_up_after: float  # --abandon-checkouts-older-than
    abandoned_orders: frozenset  # --abandon-order


def of_abandonment(order, evidence: Evidence, now: float) -> list:
    """Whether an accepted order is abandoned: [True], [False], or both where the contract leaves it open."""
    queue = evidence.queue
    if queue.has(order.id, order.token):
        return [False]
    yes = [True, False] if queue.has_garbage else [True]
    if order.id in evidence.abandoned_orders:
        return yes if queue.are_readable else [True, False]
    if order.status != "pending_payment" or order.accepted is None:
        return [False]
    age = now - order.accepted
    if age > evidence.give_up_after and (queue.are_readable or queue.are_absent):
        return yes
    if age <= evidence.abandoned_after or not queue.are_readable:
        return [False]
    attempts = evidence.attempts.get(order.token, ())
    if attempts and all(attempt.status == "failed" for attempt in attempts):
        return yes  # most likely no message was sent
    confirmation = _confirmation_failed(order)
    if confirmation == [True] and any(attempt.status == "completed" for attempt in attempts):
        return [True, False]  # a message that was sent, and a confirmation that was taken back: they contradict each other
    return yes if confirmation == [True] else confirmation


def _confirmation_failed(order) -> list:
    """Whether a confirmation failed and was taken back."""
    if order.paid is None:
        return [False]
    if order.payment_status in ("pending", "failed"):
        return [True]
    return [True, False] if order.payment_status is None else [False]
