"""The program under test, as an operator runs it."""

import json
import os
import subprocess
from functools import cached_property
from typing import NamedTuple, Optional

LIMIT = 120  # seconds in which a run must end


class Run(NamedTuple):
    status: int
    report: Optional[dict]
    output: str
    message: str


class Program:
    def __init__(self, path: str, connection: str, redis: str, password: str, prefix: str):
        self.path = path
        others = ("PG", "REDIS_", "HOLD_", "POSTGRES_")  # what is said of other servers
        kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
        self.environment = {
            **kept, "POSTGRES_CONNECTION_STRING": connection,
            "REDIS_URL": f"unix://{redis}", "REDIS_KEY_PREFIX": prefix,
            "SWIFT_BACKTRACE": "enable=no",
            **({"REDIS_PASSWORD": password} if password else {}),
        }

    def run(self, *arguments: str) -> Run:
        words = [self.path, *arguments, "--format", "json", "--max-findings", "1000000"]
        try:
            done = subprocess.run(words, env=self.environment, capture_output=True, timeout=LIMIT, check=False)
        except subprocess.TimeoutExpired as late:
            return Run(-1, None, "", f"has not ended within {LIMIT} s: {(late.stderr or b'')[-2000:]!r}")
        output, message = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        try:
            report = json.loads(done.stdout)
        except ValueError:
            report = None
        return Run(done.returncode, report, output, message)

    @cached_property
    def knows_evidence(self) -> bool:
        """Whether it has the options about accepted checkouts."""
        done = subprocess.run([self.path, "rebuild", "--help"], capture_output=True, check=False)
        return b"--finalization-queue" in done.stdout
