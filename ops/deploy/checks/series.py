#!/usr/bin/env python3
"""Checks the labels and values that rules, their tests and dashboards ask for against the series that a worker shows.
All of them are there from its start, so it needs no server; it is given two that do not answer.

  series.py BINARY FILE...
"""

import re
import subprocess
import sys
import urllib.request

from complaints import Complaints
from queries import MATCHER, SELECTOR, queries

complaints = Complaints("series")
# What Prometheus adds to every series; `job` only where the series has none, as honor_labels has it.
TARGET = {"instance": None, "job": {"hold-reconciler"}}
NOWHERE = {"POSTGRES_CONNECTION_STRING": "host=127.0.0.1 port=1", "REDIS_URL": "redis://127.0.0.1:1"}


def shown(binary):
    """The text of /metrics."""
    with subprocess.Popen(
            [binary, "worker", "--listen", "127.0.0.1:0"], env=NOWHERE, stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True) as worker:
        try:
            for line in worker.stderr:
                address = re.search(r"listening on (\S+)", line)
                if address:
                    with urllib.request.urlopen(f"http://{address.group(1)}/metrics", timeout=30) as reply:
                        return reply.read().decode()
        finally:
            worker.terminate()
    sys.exit("series: the worker does not listen")


def labels_by_metric(text):
    """For each metric its labels, and for each label its values; None where they are the target's own."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, inside = SELECTOR.match(line).groups()
        labels = found.setdefault(name, {})
        for label, _, value in MATCHER.findall(inside or ""):
            labels.setdefault(label, set()).add(value)
    return {name: {**TARGET, **labels} for name, labels in found.items()}


def check_matcher(path, metric, labels, matcher):
    label, operator, value = matcher
    if label not in labels:
        complaints.add(path, f"{metric} has no label {label}; it has {', '.join(sorted(labels))}")
    elif labels[label] is not None and "$" not in value:
        pattern = value if "~" in operator else re.escape(value)
        complaints.expect(
            any(re.fullmatch(pattern, known) for known in labels[label]), path, f"{metric} is never of {label} {value}")


def check(path, query, series):
    known = set()
    for metric, matchers in query.selectors:
        if metric not in series:
            complaints.add(path, f"the worker does not show {metric}")
            continue
        if query.is_series and metric.startswith("process_"):
            continue  # others have these as well
        labels = series[metric]
        known |= labels.keys()
        for matcher in matchers:
            check_matcher(path, metric, labels, matcher)
        missing = labels.keys() - {matcher[0] for matcher in matchers}
        if query.is_series and missing:
            complaints.add(path, f"{metric} is fed without {', '.join(sorted(missing))}")
    names = " and ".join(sorted({selector.metric for selector in query.selectors}))
    for label in sorted(query.labels - known):
        complaints.add(path, f"{names}: there is no label {label}")


series = labels_by_metric(shown(sys.argv[1]))
for path in sys.argv[2:]:
    for query in queries(path):
        check(path, query, series)
complaints.expect(len(sys.argv) > 2, "all", "no file was given")
complaints.conclude()
