"""What every part of a world is made with: chance, numbers of its own, and the instant that its times count from."""

from datetime import datetime, timezone
from random import Random

import values
from database import PROFILES
from rows import spelled
from world import KeyMade, World


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Chance:
    def __init__(self, name: str, number: int, profile: str, now: float):
        self.chance = Random(name)
        self.number = number
        self.now = int(now)
        self.world = World(name, profile)
        self.profile = profile
        self.is_numbered = PROFILES[profile][0] != "text"
        self.is_odd = self.chance.random() < 0.5  # whether its rows are other than a sound platform's
        self.made = 0
        self.categories = []  # (event, category, total)

    def odds(self, part: float) -> bool:
        return self.chance.random() < part

    def identifier(self, pool=values.IDS) -> str:
        self.made += 1
        number = self.number * 100 + self.made
        if self.is_numbered and pool is values.IDS:
            return str(number + 10**7)
        return self.chance.choice(pool).format(number)

    def ago(self, *spans: float) -> str:
        """An instant so many seconds ago; ahead where negative."""
        return spelled(self.now - self.chance.choice(spans) - self.chance.choice((0, 0, 0.25)))

    def seats(self, number: int) -> str:
        if self.is_odd and self.odds(0.06):
            return self.chance.choice(values.BAD_SEATS[self.profile])
        return str(number)

    def foreign_key(self, name: str) -> KeyMade:
        kind = self.chance.choice(("hash", "string", "list", "set", "zset"))
        value = {
            "hash": {"created": "5", "released": "4"},
            "string": "owner",
            "list": ["a", "b"],
            "set": ["a"],
            "zset": [("a", 1)],
        }[kind]
        return KeyMade(name, kind, value, self.now + 90_000 if self.odds(0.5) else None)
