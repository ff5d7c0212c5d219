#!/usr/bin/env python3
"""Checks that every metric that a rule, a rule's test or a dashboard asks for is one that the sources make.

  metrics.py SOURCES FILE...
"""

import pathlib
import re
import sys

from complaints import Complaints

complaints = Complaints("metrics")
OWN = re.compile(r"\b(?:hold_reconciler|process)_[a-z_]+")


def made(sources):
    for path in sources.rglob("*.swift"):
        yield from re.findall(r'"((?:hold_reconciler|process)_[a-z_]+)"', path.read_text(encoding="utf-8"))


known = set(made(pathlib.Path(sys.argv[1])))
for path in map(pathlib.Path, sys.argv[2:]):
    asked = set(OWN.findall(path.read_text(encoding="utf-8")))
    complaints.expect(asked, path, "asks for no metric")
    for name in sorted(asked):
        plain = re.sub(r"_(bucket|sum|count)$", "", name)
        complaints.expect(name in known or plain in known, path, f"nobody makes {name}")
complaints.conclude()
