"""Hostile values, as they are met in the field: ids, seats, instants, JSON spellings."""

import json
from random import Random

# `{}` is where the world's own number goes, so that no two worlds meet.
IDS = (
    "e{}", "e{}", "e{}", "a:b{}", "{}:", ":{}", "{}::x", "{}é", "😀{}", "票{}", "{}'s", '"{}"', "\\{}", "\\u0041{}",
    "*{}?[a-z]", " {} ", "\x01{}\x7f", "{}\t\n", "long-" + 90 * "x" + "{}", "null{}", "{}%s%d", "$1{}", "{{{}}}",
    "{}\u202e", "-{}", "0{}", "{}e5",
)
HOLD_TOKENS = IDS + ("holds:{}", "{}:audit", "lock:{}", "3f2504e0-4f89-41d3-9a0c-0305e82c{}")
BYTES = ("\udcff{}", "\udcc3({}", "{}\udced\udca0\udc80")  # not UTF-8: in Redis alone

FOREIGN = (
    "holds:stats{}", "holds:lock:{}", "inventory:{}", "queue:entry:{}", "queue:index:{}", "other{}",
    "holds", "inventory", "",
)

BAD_SEATS = {
    "plain": (None, "-1", "2147483647"),
    "numeric": (None, "-3", "10.5", "NaN", "99999999999999999999", "2.0000", "9223372036854775807"),
    "text": (None, "two", "", " 4 ", "-2", "1e3", "7.5", "0x10", "9223372036854775808"),
    "numbers": (None, "-7", "9223372036854775807"),
    "local": (None, "-1"),
}
STATUSES = (
    "pending_payment", "pending_payment", "pending_payment", "processing", "processing", "confirmed", "completed",
    "cancelled", "refunded", "expired", "failed",
)
HASH_STATUSES = (
    "held", "held", "held", "checkout_pending", "checkout_committed", "checkout_committed", "finalized", "expired",
    "cancelled",
)
BAD_HASH_STATUSES = ("paused", "", "HELD", "held ", "null", "pending_payment")
COUNT_TEXTS = (
    "", "x", "-1", "5.0", "007", "+3", " 2", "1e3", "NaN", "99999999999999999999", "0x5", "-0", "9223372036854775807",
)
EXTRAS = (
    '{"eventId":"elsewhere"}', "[[[[]]]]", '"\\ud83d\\ude00"', "null", "1.5e-7", '"]}"', "[" * 60 + "]" * 60,
)


def entry(chance: Random, event: str, category: str, quantity, spelled_loosely: bool) -> str:
    """One entry of a hold, as some client would write it."""
    words = {"eventId": event, "categoryId": category, "quantity": quantity}
    if not spelled_loosely:
        return json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    names = list(words)
    chance.shuffle(names)
    pieces = []
    for name in names:
        spelled = json.dumps(name)
        if chance.random() < 0.3:
            at = chance.randrange(len(name))
            spelled = f'"{name[:at]}\\u{ord(name[at]):04x}{name[at + 1:]}"'
        pieces.append((spelled, json.dumps(words[name], ensure_ascii=chance.random() < 0.5)))
    if chance.random() < 0.2:
        pieces.insert(0, ('"quantity"', "77"))  # the last of two equal names counts
    if chance.random() < 0.3:
        pieces.insert(chance.randrange(len(pieces) + 1), ('"seatMap"', chance.choice(EXTRAS)))
    space = chance.choice(("", " ", "\n\t ", "\r\n"))
    return "{" + f"{space},{space}".join(f"{name}{space}:{space}{value}" for name, value in pieces) + space + "}"


def broken_entries(chance: Random, good: str) -> str:
    """Entries that no reader takes, or not every one."""
    return chance.choice(
        (
            "", "null", "{}", "[]", "7", '"x"', "[null]", "[[]]", "[{}]",
            good[:-1], good + "]", good + "x", "\ufeff" + good,
            good.replace('"quantity"', '"Quantity"'), good.replace("[", "", 1),
            "[" * 2000, "[" * 1100 + "]" * 1100, good[: len(good) // 2],
            good.replace("{", '{"x":"\\ud800",', 1), good.replace("{", '{"x":"\udcff",', 1),
            good.replace("{", '{"x":"\x02",', 1),
            good.replace("{", '{"x":01,', 1), good.replace("{", '{"x":nan,', 1), good.replace("{", '{"x":"\\q",', 1),
            "[1e999]",
            good.replace("]", ",]"), "[" + good + "]", good.replace(":", "="), good.replace('"', "'"),
        )
    )


def quantity(chance: Random, seats: int):
    """Seats as a client may spell them."""
    return chance.choice((seats, seats, str(seats), float(seats)))


def broken_quantity(chance: Random, seats: int):
    texts = ("", "x", f"{seats}.5", f" {seats}", f"0{seats}", f"-{seats}")
    return chance.choice((0, -seats, 0.5, None, True, [seats], {"n": seats}, *texts, 10**20, 1e300))
