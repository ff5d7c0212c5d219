#!/usr/bin/env python3
"""Runs every command of the program while a proxy changes replies of Redis or of PostgreSQL, by chance.

    change_replies.py COUNT --server redis|postgres --program PATH [--seed S]

Started on a platform that may be written to: POSTGRES_CONNECTION_STRING, REDIS_URL (of a Unix socket each) and
REDIS_KEY_PREFIX say where. It ends when COUNT replies have been changed. Expected of each run: it ends by itself, within the
limits that it was given, with a status that the README lists, in less than 256 MiB; without --execute Redis holds what it
held; and with it no seat is on sale that is sold, and no live hold is gone, by the judge (Tests/Judge). A run that only looks
may have several replies changed, one that writes has a single one: two lies that confirm each other are not to be told from the
truth. Prints what is not so, and a closing line of figures. Status: 0 when all is as expected.
"""

import argparse
import contextlib
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter

sys.dont_write_bytecode = True

from changes import POSTGRES, REDIS, Changes  # noqa: E402
from picture import Picture, Redis, judged  # noqa: E402
from proxy import Proxy  # noqa: E402
from streams import postgres_end, resp_end  # noqa: E402

MEMORY = 256 << 20
# Of the run: its time-outs are 2 s and 6 s, and a few of them may follow each other.
PATIENCE = 45
# A worker says where it listens at its start.
LARGEST_LINE = 65536
LOOKS = [
    ["check"], ["check", "--deep"], ["check", "--traffic", "stopped"], ["check", "--shard", "0/2"],
    ["rebuild", "--holds", "rebuild"], ["rebuild", "--holds", "purge", "--force"], ["purge", "--stale"],
    ["doctor"], ["inspect", "EVENT"], ["inspect", "--hold", "TOKEN"], ["worker"],
]  # fmt: skip
WRITES = [
    ["rebuild", "--holds", "rebuild", "--execute"], ["purge", "--stale", "--execute"],
    ["rebuild", "--holds", "rebuild", "--only", "tighten", "--execute"], ["verify-api", "--execute"],
]  # fmt: skip


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--server", choices=["redis", "postgres"], required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--seed", default="replies")
    return parser.parse_args()


class Bench:
    """One platform, the proxy in front of one of its servers, and what has been seen."""

    def __init__(self, given, folder):
        self.given = given
        self.chance = random.Random(given.seed)
        self.changes = Changes(self.chance, REDIS if given.server == "redis" else POSTGRES)
        self.psql = os.environ["POSTGRES_CONNECTION_STRING"]
        self.socket = os.environ["REDIS_URL"].removeprefix("unix://")
        self.redis = Redis(self.socket)
        self.picture = Picture(self.redis)
        self.allowed = judged(self.psql, self.socket, os.environ["REDIS_KEY_PREFIX"])
        self.changed = 0
        self.ways = Counter()
        self.statuses = Counter()
        self.wrong = []
        self.greatest = 0
        self.longest = 0.0
        self.environment = dict(os.environ, SWIFT_BACKTRACE="enable=no", HOLD_RECONCILER_API_URL="http://127.0.0.1:1")
        if given.server == "redis":
            path, server, end = f"{folder}/redis.sock", self.socket, resp_end
            self.environment["REDIS_URL"] = f"unix://{path}"
        else:
            host = re.search(r"host='?([^' ]+)", self.psql).group(1)
            path, server, end = f"{folder}/.s.PGSQL.5432", f"{host}/.s.PGSQL.5432", postgres_end
            self.environment["POSTGRES_CONNECTION_STRING"] = self.psql.replace(host, folder, 1)
        self.proxy = Proxy(path, server, end, self.choose)
        self.due = 0
        self.share = 0.0

    def choose(self, reply: bytes):
        """What the proxy asks: the change of a reply, or None."""
        self.due -= 1
        if self.due != 0 and self.chance.random() >= self.share:
            return None
        changed, ends, way = self.changes.change(reply)
        self.changed += 1
        self.ways[way] += 1
        return changed, ends

    def words(self, command: list) -> list:
        keys = [key.decode().removeprefix(os.environ["REDIS_KEY_PREFIX"]) for key in self.picture.keys]
        token = self.chance.choice([key for key in keys if key.startswith("holds:")]).removeprefix("holds:")
        _, event, category = self.chance.choice([key for key in keys if key.startswith("inventory:")]).split(":")
        words = [word.replace("EVENT", event).replace("TOKEN", token) for word in command]
        words += ["--statement-timeout", "1", "--redis-timeout", "2", "--lease-seconds", "2"]
        if command[0] in ("check", "rebuild"):
            words += ["--release-after", "0", "--pause", "50"] if "stopped" not in command else []
        if command[0] == "worker":
            words += ["--check-every", "1", "--purge-every", "1", "--rebuild-every", "1", "--listen", "127.0.0.1:0"]
        if command[0] == "verify-api":
            words += ["--event", event, "--category", category]
        return words

    def run(self):
        writes = self.chance.random() < 0.4
        command = self.chance.choice(WRITES if writes else LOOKS)
        self.picture.put_back(self.redis)
        before = Picture(self.redis)
        self.due = self.chance.randrange(1, self.chance.choice([5, 15, 40, 80]))
        self.share = 0.0 if writes else self.chance.choice([0.0, 0.03, 0.1])
        words = self.words(command)
        status, seconds, memory, said = self.outcome(words)
        self.due = self.share = 0
        self.statuses[status] += 1
        self.greatest, self.longest = max(self.greatest, memory), max(self.longest, seconds)
        if status is None:
            self.complain(words, f"did not end within {PATIENCE} s")
        elif not 0 <= status <= 64 or "Fatal error" in said:
            self.complain(words, f"crashed ({status}): {said[-300:]}")
        if memory > MEMORY:
            self.complain(words, f"took {memory >> 20} MiB")
        if writes:
            self.judge(words)
        else:
            self.compare(words, before)

    def outcome(self, words: list) -> tuple:
        """Exit status (None: it had to be killed), seconds, bytes of memory, and its stderr."""
        with tempfile.TemporaryFile() as errors:
            start = time.monotonic()
            child = subprocess.Popen(
                [self.given.program, *words], env=self.environment, stdin=subprocess.DEVNULL, stderr=errors,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
            listens = None if words[0] == "worker" else start + PATIENCE
            while True:
                pid, status, use = os.wait4(child.pid, os.WNOHANG)
                if pid:
                    break
                now = time.monotonic()
                if listens is None and b"listening" in os.pread(errors.fileno(), LARGEST_LINE, 0):
                    listens = now
                if now > start + PATIENCE:
                    child.kill()
                elif listens and now > listens + 4:
                    # A worker that has had time for a run of each kind.
                    child.send_signal(signal.SIGTERM)
                    listens = start + PATIENCE
                time.sleep(0.01)
            seconds = time.monotonic() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            said = errors.read().decode(errors="replace")
        killed = child.returncode == -signal.SIGKILL
        return (None if killed else child.returncode), seconds, use.ru_maxrss * 1024, said

    def compare(self, words: list, before: Picture):
        after = Picture(self.redis)
        now = self.redis.call("TIME")
        milliseconds = int(now[0]) * 1000 + int(now[1]) // 1000
        for key in before.differs_from(after):
            ends = before.keys.get(key, (b"", 0))[1]
            if key in after.keys or not 0 < ends <= milliseconds:
                there = after.keys.get(key)
                what = "is gone" if there is None else "has another time" if there[1] != ends else "has another value"
                self.complain(words, f"{key.decode(errors='replace')} {what}")

    def judge(self, words: list):
        self.redis.call("DEL", os.environ["REDIS_KEY_PREFIX"] + "hold-reconciler:lease")
        found = judged(self.psql, self.socket, os.environ["REDIS_KEY_PREFIX"])
        for key, seats in found["tooManyOnSale"].items():
            if seats > self.allowed["tooManyOnSale"].get(key, 0):
                self.complain(words, f"put {seats} seats of {key} on sale that are not there")
        gone = set(self.allowed["live"]) - set(found["live"])
        if gone:
            # Some may have ended by themselves meanwhile.
            self.picture.put_back(self.redis)
            self.allowed = judged(self.psql, self.socket, os.environ["REDIS_KEY_PREFIX"])
            gone &= set(self.allowed["live"])
        if gone:
            self.complain(words, f"ended live holds: {', '.join(sorted(gone))}")

    def complain(self, words: list, what: str):
        self.wrong.append((words, what))
        print(f"{' '.join(words)}: {what}; the last changes: {dict(self.ways.most_common(3))}", flush=True)


def main() -> int:
    given = options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="proxy-") as folder:
        os.chmod(folder, 0o755)
        bench = Bench(given, folder)
        runs, start = 0, time.monotonic()
        # Whoever stops it wants to know what it has seen.
        with contextlib.suppress(KeyboardInterrupt):
            while bench.changed < given.count:
                bench.run()
                runs += 1
                if runs > given.count * 5 + 20:
                    bench.complain(["every"], "run was over before a reply was changed")
                    break
        bench.proxy.close()
        bench.picture.put_back(bench.redis)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{given.server}: {bench.changed} replies changed in {runs} runs, {time.monotonic() - start:.0f} s "
        f"({children.ru_utime + children.ru_stime:.0f} s of processor time); the longest run took {bench.longest:.1f} s, "
        f"the largest {bench.greatest >> 20} MiB; exit statuses {dict(sorted(bench.statuses.items(), key=str))}; "
        f"{len(bench.wrong) or 'nothing'} wrong"
    )
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
