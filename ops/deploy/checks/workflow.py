#!/usr/bin/env python3
"""Checks what the schema of GitHub's workflows does not see: each job needs jobs that are there, each script passes
shellcheck, no script holds an expression (its value would be run), every secret goes through the environment, actions
and images are named by what they are and not by a tag, and nothing that the program prints is a command to Actions.

  workflow.py WORKFLOW...
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

from complaints import Complaints

complaints = Complaints("workflow")


def shellcheck(where, script):
    # GitHub runs a script with bash -e.
    text = "#!/bin/bash\nset -e\n" + script
    run = subprocess.run(
        ["shellcheck", "--format=gcc", "-"], input=text, stdout=subprocess.PIPE, text=True, check=False)
    complaints.expect(run.returncode == 0, where, run.stdout.strip())


DIGEST = "@sha256:" + 64 * "0"
# Stands for docker: prints a command on both streams, as an id of a hold may be one, and ends with the status asked for.
DOCKER = """#!/bin/sh
echo '::add-mask::of-an-id'
echo '::error::of-an-id' >&2
exit "$DOCKER_STATUS"
"""


def ran(script, image, status):
    """Runs a script of a step with that docker; its lines, both streams in their order, and its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        docker = pathlib.Path(folder) / "docker"
        docker.write_text(DOCKER, encoding="utf-8")
        docker.chmod(0o755)
        environment = {
            "PATH": f"{folder}:{os.environ['PATH']}", "IMAGE": image, "DOCKER_STATUS": str(status), "DRIFT_IS": "error"}
        run = subprocess.run(
            ["bash", "-e", "-c", script], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
        return run.stdout.splitlines(), run.returncode


def check_output(where, script):
    """While the program prints, Actions takes no commands; afterwards it does, and the status is the program's."""
    words = set()
    for status in [0, 1]:
        lines, code = ran(script, f"registry/name{DIGEST}", status)
        complaints.expect(code == status, where, f"ends with {code} where the program ends with {status}")
        stop = re.fullmatch(r"::stop-commands::(\w{32,})", lines[0] if lines else "")
        if not stop or f"::{stop.group(1)}::" not in lines:
            complaints.add(where, f"commands are not off while the program prints: {lines}")
            continue
        words.add(stop.group(1))
        end = lines.index(f"::{stop.group(1)}::")
        outside = [line for line in lines[end:] if "of-an-id" in line]
        complaints.expect(end == 3 and not outside, where, f"prints where commands are on: {lines}")
    complaints.expect(len(words) == 2, where, "has a word that can be guessed")
    for image in ["", "registry/name:1", f"registry/name{DIGEST[:-1]}"]:
        lines, code = ran(script, image, 0)
        complaints.expect(code == 64 and not any("of-an-id" in line for line in lines), where, f"runs the image '{image}'")


def check_pins(where, job):
    for step in job["steps"]:
        pinned = re.fullmatch(r"\./.*|[\w./-]+@[0-9a-f]{40}|docker://.+@sha256:[0-9a-f]{64}", step.get("uses", "./"))
        complaints.expect(pinned, where, f"uses {step.get('uses')}, which is named by no digest")
    images = [job.get("container"), *job.get("services", {}).values()]
    for image in [image if isinstance(image, str) else image["image"] for image in images if image]:
        complaints.expect("@sha256:" in image, where, f"runs {image}, which is named by no digest")


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
            if "docker run" in script:
                check_output(where, script)
        check_pins(where, job)


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        check(path, yaml.safe_load(file))
complaints.conclude()
