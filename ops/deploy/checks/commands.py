#!/usr/bin/env python3
"""Checks that the program takes every command line that stands in these files, by running it without any server named:
it must get as far as to miss one.

  commands.py BINARY FILE...
"""

import json
import re
import shlex
import subprocess
import sys

import yaml

from complaints import Complaints

complaints = Complaints("commands")
MISSING_SERVER = re.compile("(PostgreSQL|Redis) is not given")


def arguments_in(tree):
    """The lists that a container or a custom handler gives to the program, wherever they stand."""
    if isinstance(tree, dict):
        for key in ["args", "arguments"]:
            if isinstance(tree.get(key), list):
                yield tree[key]
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from arguments_in(part)


def command_lines(text):
    """What follows the program's name, or an image's in the workflow, at the beginning of a command."""
    joined = text.replace("\\\n", " ")
    pattern = r'^(?:ExecStart=\S*/hold-reconciler|    hold-reconciler| *docker run .*"\$IMAGE") (.*)$'
    for line in re.findall(pattern, joined, re.MULTILINE):
        words = shlex.split(line.split(" #")[0].split(" |")[0])
        yield words[: words.index("||")] if "||" in words else words


def found(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if path.endswith(".json"):
        yield from arguments_in(json.loads(text))
    elif path.endswith((".yaml", ".yml")):
        for document in yaml.safe_load_all(text):
            yield from arguments_in(document)
    yield from command_lines(text)


def check(binary, where, words):
    words = [word.replace("$(JOB_COMPLETION_INDEX)", "0") for word in words if not word.startswith(">")]
    run = subprocess.run(
        [binary, *words], env={}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False)
    said = (run.stdout + run.stderr).strip()
    complaints.expect(MISSING_SERVER.search(said), where, f"hold-reconciler {shlex.join(words)}: {said}")


binary, paths = sys.argv[1], sys.argv[2:]
for path in paths:
    lines = list(found(path))
    complaints.expect(lines, path, "holds no command line of the program")
    for words in lines:
        check(binary, path, words)
complaints.conclude()
