"""How the checks of this folder tell what is wrong: a line each on stderr, and an exit status of 1."""

import sys


class Complaints:
    def __init__(self, check):
        self.check = check
        self.count = 0

    def add(self, where, what):
        self.count += 1
        print(f"{self.check}: {where}: {what}", file=sys.stderr)

    def expect(self, holds, where, what):
        if not holds:
            self.add(where, what)

    def conclude(self):
        sys.exit(1 if self.count else 0)
