#!/usr/bin/env python3
"""Checks that every metric that a rule, a rule's test or a dashboard asks for is one that the sources make, and every
cause one that is counted there. Whether the labels are right the running program tells: series.py.

  metrics.py SOURCES FILE...
"""

import pathlib
import re
import sys

from complaints import Complaints
from queries import queries

complaints = Complaints("metrics")
OWN = re.compile(r"\b(?:hold_reconciler|process)_[a-z_]+")
# What is noted for people; drift under these names is at most the inventory's side of it. CauseTests holds the program
# to the same list.
NOTED = {"extended-hold", "foreign-key", "order-seats-differ", "order-without-hold", "oversold", "sql-sold-differs", "waiting-finalizer"}


def made(sources):
    for path in sources.rglob("*.swift"):
        yield from re.findall(r'"((?:hold_reconciler|process)_[a-z_]+)"', path.read_text(encoding="utf-8"))


def causes(sources):
    text = (sources / "HoldModel/Verdict/Cause.swift").read_text(encoding="utf-8")
    for name, spelling in re.findall(r'^    case (\w+)(?: = "([^"]+)")?$', text, re.MULTILINE):
        yield spelling or name


def check_cause(path, metric, cause):
    if cause not in every_cause:
        complaints.add(path, f"there is no cause {cause}")
    elif metric == "hold_reconciler_noted":
        complaints.expect(cause in NOTED, path, f"{cause} is never noted")
    else:
        complaints.expect(cause not in NOTED, path, f"{cause} is counted by hold_reconciler_noted, not by {metric}")


sources = pathlib.Path(sys.argv[1])
known = set(made(sources))
every_cause = set(causes(sources))
complaints.expect(NOTED <= every_cause, "Cause.swift", "a cause that is noted is gone")
for path in map(pathlib.Path, sys.argv[2:]):
    asked = set(OWN.findall(path.read_text(encoding="utf-8")))
    complaints.expect(asked, path, "asks for no metric")
    for name in sorted(asked):
        plain = re.sub(r"_(bucket|sum|count)$", "", name)
        complaints.expect(name in known or plain in known, path, f"nobody makes {name}")
    for selector in [selector for query in queries(path) for selector in query.selectors]:
        for label, operator, value in selector.matchers:
            if label == "cause" and operator in ["=", "!="]:
                check_cause(path, selector.metric, value)
complaints.conclude()
