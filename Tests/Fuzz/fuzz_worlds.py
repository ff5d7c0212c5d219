#!/usr/bin/env python3
"""Small worlds of hostile values, made by chance, and an oracle beside the program that says what may become of each.

The oracle is written from the platform's contract, apart from the program (Tests/Judge has its reading of SQL and Redis).
A batch of worlds is a database of some hundred events; for each the program checks, rebuilds, rebuilds again and checks.
It must leave of every event what the oracle allows, write nothing by the first check and by the second rebuild, find
nothing more in what it brought in order, and end with a documented status.

    fuzz_worlds.py COUNT --program PATH --psql "host=… user=…" --redis /path/of/socket [--seed S] [--batch N] [--world N]

Prints each disagreement once for its kind, with the least world that still shows it. Status: 0 where there is none, 1
where there are some. The servers must be throw-away ones: databases `fuzz_…` are made, and Redis is flushed.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from random import Random

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "Judge")]

from batch import Batch, settings  # noqa: E402
from database import PROFILES, Database  # noqa: E402
from make_world import Maker  # noqa: E402
from program import Program  # noqa: E402
from redis_client import Client  # noqa: E402

TRIES = 50  # runs of the search for the least world, for each kind of disagreement
KINDS = 12  # kinds that are looked at so closely


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("count", type=int, help="worlds")
    parser.add_argument("--program", required=True, metavar="PATH")
    parser.add_argument("--psql", required=True, metavar="CONNECTION", help="of a superuser, without dbname")
    parser.add_argument("--redis", required=True, metavar="SOCKET")
    parser.add_argument("--redis-password", default="")
    parser.add_argument("--seed", default=None, help="another one each time unless given")
    parser.add_argument("--batch-size", type=int, default=200, metavar="N", help="worlds in a batch (200)")
    parser.add_argument("--batch", type=int, default=None, metavar="N", help="this one alone")
    parser.add_argument("--world", type=int, default=None, metavar="N", help="of that batch, this one alone")
    parser.add_argument("--as-found", action="store_true", help="do not search for the least world")
    return parser.parse_args()


class Fuzz:
    def __init__(self, given):
        self.given = given
        self.seed = given.seed if given.seed is not None else str(time.time_ns() % 10**9)
        self.redis = Client(given.redis, given.redis_password)
        self.databases = {}
        self.worlds = self.runs = self.refused = self.settled = 0
        self.kinds = {}  # by kind: how many, and one instance with its batch

    def database(self, profile: str) -> Database:
        if profile not in self.databases:
            name = f"fuzz_{profile}"
            for statement in (f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"):
                words = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement]
                subprocess.run([*words, f"{self.given.psql} dbname=postgres"], check=True, stderr=subprocess.DEVNULL)
            self.databases[profile] = Database(f"{self.given.psql} dbname={name}")
            self.databases[profile].create_tables(profile)
        return self.databases[profile]

    def program(self, given) -> Program:
        connection = f"{self.given.psql} dbname=fuzz_{given.profile}"
        return Program(self.given.program, connection, self.given.redis, self.given.redis_password, given.prefix)

    def batch(self, worlds: list, given) -> Batch:
        return Batch(worlds, given, self.redis, self.database(given.profile), self.program(given))

    def run_batch(self, number: int, size: int):
        name = f"{self.seed}/{number}"
        given = settings(Random(name))
        now = self.redis.now()
        wanted = range(size) if self.given.world is None else [self.given.world]
        worlds = [Maker(f"{name}/{i}", i, given.profile, now).make() for i in wanted]
        batch = self.batch(worlds, given)
        for wrong in batch.run(Random(f"{name}/list")):
            many, first = self.kinds.get(wrong.kind, (0, (wrong, given, worlds)))
            if wrong.world is not None and first[0].world is not None:
                first = min(first, (wrong, given, worlds), key=lambda found: len(found[0].world.parts()))
            self.kinds[wrong.kind] = (many + 1, first)
        self.worlds += len(worlds)
        self.refused += batch.refused
        self.settled += batch.settled

    def least(self, wrong, given):
        """The same world with less in it, as long as it still shows the same kind of disagreement."""
        world, tries = wrong.world, 0
        shown = self.shows(world, wrong.kind, given)
        if shown is None:
            return world, wrong, False
        is_less = True
        while is_less:
            is_less = False
            for place in reversed(range(len(world.parts()))):
                if tries >= TRIES:
                    return world, shown, True
                tries += 1
                less = world.of([part for other, part in enumerate(world.parts()) if other != place])
                if less.rows.get("ticket_categories") and (found := self.shows(less, wrong.kind, given)) is not None:
                    world, shown, is_less = less, found, True
        return world, shown, True

    def shows(self, world, kind: str, given):
        is_short = not kind.startswith(("second", "last", "check"))
        found = self.batch([world], given).run(Random(0), is_short)
        return next((wrong for wrong in found if wrong.kind == kind), None)

    def tell(self):
        for number, (kind, (many, (wrong, given, worlds))) in enumerate(sorted(self.kinds.items())):
            print(f"\n== {many} times: {kind}\n{given}")
            if wrong.world is None:
                print(f"{worlds[0].name.rpartition('/')[0]}: {wrong.what}")
                continue
            world, alone = wrong.world, None
            if not self.given.as_found and number < KINDS:
                world, wrong, alone = self.least(wrong, given)
            print(f"{wrong.what}\n{world.shown()}")
            if alone is False:
                print("  (not shown by this world alone)")

    def conclude(self) -> int:
        disagreements = sum(many for many, _ in self.kinds.values())
        print(
            f"fuzz: seed {self.seed}, {self.worlds} worlds, {self.settled} events brought in order, "
            f"{self.refused} left alone: {disagreements or 'no'} disagreement{'' if disagreements == 1 else 's'}"
        )
        return 1 if disagreements or not self.settled else 0


def main() -> int:
    given = options()
    sys.stdout.reconfigure(errors="backslashreplace", line_buffering=True)
    fuzz = Fuzz(given)
    size = given.batch_size
    numbers = range((given.count + size - 1) // size) if given.batch is None else [given.batch]
    for number in numbers:
        fuzz.run_batch(number, size if given.batch is not None else min(size, given.count - size * number))
        print(f"fuzz: {fuzz.worlds} worlds", file=sys.stderr)
    fuzz.tell()
    return fuzz.conclude()


if __name__ == "__main__":
    sys.exit(main())
