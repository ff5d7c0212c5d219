#!/usr/bin/env python3
"""Checks what the schema of GitHub's workflows does not see: each job needs jobs that are there, each script passes
shellcheck, no script holds an expression (its value would be run), and every secret goes through the environment.

  workflow.py WORKFLOW...
"""

import subprocess
import sys

import yaml

from complaints import Complaints

complaints = Complaints("workflow")


def shellcheck(where, script):
    # GitHub runs a script with bash -e.
    text = "#!/bin/bash\nset -e\n" + script
    run = subprocess.run(
        ["shellcheck", "--format=gcc", "-"], input=text, stdout=subprocess.PIPE, text=True, check=False)
    complaints.expect(run.returncode == 0, where, run.stdout.strip())


def check(path, workflow):
    jobs = workflow["jobs"]
    complaints.expect(workflow.get("permissions") == {}, path, "the token may do something")
    for name, job in jobs.items():
        where = f"{path} {name}"
        needs = job.get("needs", [])
        for other in [needs] if isinstance(needs, str) else needs:
            complaints.expect(other in jobs, where, f"needs {other}, which is no job")
        complaints.expect("timeout-minutes" in job, where, "has no time-out")
        scripts = [step["run"] for step in job["steps"] if "run" in step]
        complaints.expect(scripts, where, "runs nothing")
        for script in scripts:
            complaints.expect("${{" not in script, where, "an expression in a script is run as part of it")
            shellcheck(where, script)


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        check(path, yaml.safe_load(file))
complaints.conclude()
