#!/usr/bin/env python3
"""Checks a Grafana dashboard: its panels have places, queries and descriptions of their own, its variables exist, and
Prometheus' own tool can read every query.

  dashboard.py DASHBOARD
"""

import json
import re
import subprocess
import sys
import tempfile

from complaints import Complaints

complaints = Complaints("dashboard")
# What Grafana itself puts in.
BUILT_IN = {"__rate_interval": "5m"}


def check_places(panels):
    taken = {}
    for panel in panels:
        place = panel["gridPos"]
        complaints.expect(place["x"] + place["w"] <= 24, panel["title"], "is wider than the page")
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                other = taken.setdefault((x, y), panel["title"])
                if other != panel["title"]:
                    complaints.add(panel["title"], f"lies over {other}")
                    return


def queries(panels, variables):
    for panel in panels:
        where = panel["title"]
        complaints.expect(panel.get("targets"), where, "asks for nothing")
        references = [target["refId"] for target in panel.get("targets", [])]
        complaints.expect(len(set(references)) == len(references), where, "two queries have one refId")
        for target in panel.get("targets", []):
            complaints.expect(target["datasource"]["uid"] == "${datasource}", where, "asks another data source")
            text = target["expr"]
            for name in re.findall(r"\$\{?(\w+)", text):
                complaints.expect(name in variables or name in BUILT_IN, where, f"there is no variable {name}")
                text = re.sub(r"\$\{?%s\}?" % name, BUILT_IN.get(name, ".*"), text)
            yield where, text


def check_queries(found):
    rules = [{"record": f"query:{number}", "expr": text} for number, (_, text) in enumerate(found)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)  # JSON is YAML
        file.flush()
        run = subprocess.run(
            ["promtool", "check", "rules", file.name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
    complaints.expect(run.returncode == 0, "queries", run.stdout)


with open(sys.argv[1], encoding="utf-8") as file:
    dashboard = json.load(file)
panels = dashboard["panels"]
variables = {variable["name"] for variable in dashboard["templating"]["list"]}
for key in ["uid", "title", "schemaVersion", "time", "refresh"]:
    complaints.expect(dashboard.get(key), "dashboard", f"has no {key}")
complaints.expect(len({panel["id"] for panel in panels}) == len(panels), "panels", "two have one id")
complaints.expect(len({panel["title"] for panel in panels}) == len(panels), "panels", "two have one title")
check_places(panels)
check_queries(list(queries(panels, variables)))
complaints.conclude()
