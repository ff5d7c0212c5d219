"""Many worlds in one pair of servers: loaded together, met by the same runs, judged one by one."""

import json
import re
from random import Random
from typing import NamedTuple

import evidence
from evidence import Evidence, Queue
from oracle import Oracle
from verdicts import Graces

FEW = 20  # worlds
GRACES = Graces(60, 60)
GOOD = {0, 2, 4, 6}  # done, drift left, events left
QUEUE = "queues:finalization"
GARBAGE = ("", "x", "{}", "[1]", "null", '{"payload":null}', '{"payload":{"orderId":', '{"payload":{}}', "\udcff")


class Settings(NamedTuple):
    """What all worlds of a batch share."""

    profile: str
    traffic: str
    prefix: str
    lists: str  # read | none | other-type | garbage | named

    @property
    def queue(self) -> str:
        return "queues:others" if self.lists == "named" else QUEUE


def settings(chance: Random) -> Settings:
    return Settings(
        chance.choice(("plain", "plain", "plain", "numeric", "numeric", "text", "numbers", "local")),
        chance.choice(("stopped", "stopped", "stopped", "live")),
        chance.choice(("", "eventix:dev:", "{t}:", "we*ird[p]?:", "a b\\:", "é:")),
        chance.choice(("read", "read", "read", "read", "none", "other-type", "garbage", "named")),
    )


class Wrong(NamedTuple):
    world: object  # None where it is the run that is wrong
    pairs: list  # of a key's name, or what else it is about, and what is wrong with it

    @property
    def kind(self) -> str:
        """The same for every instance of one fault, as far as its words tell."""
        name, what = self.pairs[0]
        what = re.sub(r"'[^']*'|\"[^\"]*\"", "…", what.partition(": ")[0])
        return f"{name.partition(':')[0]} {re.sub('[-0-9.]+', 'N', what)}"[:90]

    @property
    def what(self) -> str:
        return "\n".join(f"{name}: {what}" for name, what in self.pairs)


class Batch:
    def __init__(self, worlds: list, given: Settings, redis, database, program):
        self.worlds = worlds
        self.given = given
        self.redis = redis
        self.database = database
        self.program = program
        self.refused = self.settled = 0
        self.wrong = []

    def load(self, chance: Random):
        rows = {}
        for world in self.worlds:
            for table, some in world.rows.items():
                rows.setdefault(table, []).extend(some)
        self.database.load(rows)
        prefix, given = self.given.prefix, self.given
        commands = [("FLUSHALL",)] + [command for world in self.worlds for command in world.commands(prefix)]
        lists = [prefix + given.queue, prefix + given.queue + ":dead-letter"]
        messages = [message for world in self.worlds for message in world.messages]
        if given.lists == "garbage":
            messages += [(chance.choice((0, 1)), chance.choice(GARBAGE))]
        if given.lists == "other-type":
            taken = chance.choice((0, 1))
            commands.append(("SET", lists[taken], "x"))
            messages = [(which, message) for which, message in messages if which != taken]
        commands += [("RPUSH", lists[which], message) for which, message in messages]
        self.redis.do(*commands)

    def arguments(self) -> list:
        words = ["--traffic", self.given.traffic, "--release-after", "0.2"]
        if not self.program.knows_evidence:
            return words
        if self.given.lists == "none":
            words += ["--finalization-queue", "none"]
        elif self.given.queue != QUEUE:
            words += ["--finalization-queue", self.given.queue]
        return words + [f"--abandon-order={order}" for world in self.worlds for order in world.abandoned]

    def evidence(self, picture: dict) -> Evidence:
        lists = [evidence.ABSENT]
        if self.given.lists != "none":
            lists = [self.messages(picture, self.given.queue), self.messages(picture, self.given.queue + ":dead-letter")]
        abandoned = frozenset(order for world in self.worlds for order in world.abandoned)
        return Evidence(Queue(lists), {}, 3600, 14 * 86400, abandoned)

    @staticmethod
    def messages(picture: dict, name: str):
        key = picture.get(name)
        return [] if key is None else key.value if key.kind == "list" else evidence.UNREADABLE

    def run(self, chance: Random, is_short: bool = False) -> list:
        """What is wrong, and where. A short run is of the repair alone."""
        self.load(chance)
        prefix, words = self.given.prefix, self.arguments()
        before, begin = self.redis.picture(prefix), self.redis.now()
        if not is_short:
            self.expect(self.program.run("check", "--deep", *words), "check")
            self.expect_same(before, "check", self.redis.picture(prefix))
        # All of it is wrong, and all of it is meant.
        rebuild = ["rebuild", "--holds", "rebuild", "--execute", "--yes-change", "1000000", *words]
        run = self.program.run(*rebuild)
        if run.status == 32 and not any(world.rows.get("events") for world in self.worlds):
            return []  # no event is listed, so there is nothing to look at
        if not self.is_good(run):
            self.wrong.clear()
            return self.halves(chance) if len(self.worlds) > 1 else [
                Wrong(self.worlds[0], [self.failure(run, "rebuild")])
            ]
        after, instants = self.redis.picture(prefix), [begin, self.redis.now()]
        known, left = self.evidence(before), False
        settled = set()
        for world in self.worlds:
            finding = Oracle(world, before, known, GRACES, instants).judge(after)
            if len(self.worlds) < FEW:
                # Where most inventory is unknown to SQL it is left.
                finding.wrong[:] = [pair for pair in finding.wrong if not pair[1].endswith("and stays")]
            if finding.wrong:
                self.wrong.append(Wrong(world, finding.wrong))
            self.refused += len(finding.refused)
            self.settled += len(finding.settled)
            left |= bool(finding.refused or finding.wrong)
            if not finding.wrong:
                settled |= finding.settled
                self.wrong += [Wrong(world, [("report", what)]) for what in self.untold(finding, run.report)]
        if not is_short:
            self.expect(self.program.run(*rebuild), "second rebuild")
            self.expect_same(after, "second rebuild", self.redis.picture(prefix))
            self.expect_clean(self.program.run("check", "--deep", *words), settled)
        return self.wrong

    def halves(self, chance: Random) -> list:
        """A run that failed says nothing of the other worlds: they are met without those that it failed at."""
        middle = len(self.worlds) // 2
        for some in (self.worlds[:middle], self.worlds[middle:]):
            half = Batch(some, self.given, self.redis, self.database, self.program)
            self.wrong += half.run(chance, is_short=True)
            self.refused += half.refused
            self.settled += half.settled
        return self.wrong or [Wrong(None, [("rebuild", "fails with all worlds, and with neither half of them")])]

    @staticmethod
    def is_good(run) -> bool:
        """A run ends well, however odd its input is."""
        return run.status in GOOD and run.report is not None

    @staticmethod
    def failure(run, name: str) -> tuple:
        fatal = next((line for line in run.message.splitlines() if "Fatal error" in line), run.message[-1000:])
        error = (run.report or {}).get("error") or fatal
        return name, f"ended with status {run.status} {error[-60:]}: {error}"

    def expect(self, run, name: str) -> bool:
        if not self.is_good(run):
            self.wrong.append(Wrong(None, [self.failure(run, name)]))
        return self.is_good(run)

    def expect_same(self, before: dict, name: str, after: dict):
        for key in sorted(set(before) | set(after)):
            was, is_now = before.get(key), after.get(key)
            if was != is_now:
                if key == "holds:expiration-index" and was and is_now and was.kind == is_now.kind == "zset":
                    tokens = [t for t in {**was.value, **is_now.value} if was.value.get(t) != is_now.value.get(t)]
                    for token in tokens:
                        scores = f"from {was.value.get(token)} to {is_now.value.get(token)}"
                        what = f"moved a member: {token!r} {scores}"
                        self.wrong.append(Wrong(self.world_of(f"holds:{token}"), [(name, what)]))
                else:
                    what = f"wrote a key: {key!r} {was} became {is_now}"
                    self.wrong.append(Wrong(self.world_of(key), [(name, what)]))

    def world_of(self, key: str):
        for world in self.worlds:
            names = {made.name for made in world.keys} | {f"holds:{token}" for token in world.tokens()}
            rows = world.rows.get("ticket_categories", ())
            if key in names or any(key == f"inventory:{row['event_id']}:{row['id']}" for row in rows):
                return world
        return None

    @staticmethod
    def untold(finding, report: dict) -> list:
        """An event that is left alone is told of, with the reason."""
        told = [found for found in report["findings"] if found["event"] in finding.refused]
        wrong = []
        if finding.is_behind and not any(
            found["cause"] == "sql-behind" or found["outcome"] == "refused" for found in told
        ):
            wrong.append(f"sql-behind is not told: of {sorted(finding.refused)}, but {told}")
        return wrong

    def expect_clean(self, run, settled: set):
        if not self.expect(run, "last check"):
            return
        for found in run.report["findings"]:
            if found["event"] in settled and found["outcome"] == "found":
                world = next((world for world in self.worlds if found["event"] in world.events()), None)
                what = f"still finds {found['cause']}: {json.dumps(found, ensure_ascii=False)}"
                self.wrong.append(Wrong(world, [("last check", what)]))
