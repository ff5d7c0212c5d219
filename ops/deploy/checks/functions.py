#!/usr/bin/env python3
"""Checks an Azure Functions folder: no schema of these files can be had without their vendor's site, so this asks what the
host's documentation asks of a custom handler with a timer.

  functions.py FOLDER
"""

import json
import pathlib
import re
import sys

from complaints import Complaints

HOST_KEYS = {
    "aggregator", "concurrency", "customHandler", "extensionBundle", "extensions", "functionTimeout", "functions",
    "healthMonitor", "logging", "managedDependency", "retry", "singleton", "telemetryMode", "version", "watchDirectories",
    "watchFiles",
}
HANDLER_KEYS = {"description", "enableForwardingHttpRequest", "enableProxyingHttpRequest", "http", "port"}
DESCRIPTION_KEYS = {"arguments", "defaultExecutablePath", "defaultWorkerPath", "workingDirectory"}
TIMER_KEYS = {"direction", "name", "runOnStartup", "schedule", "type", "useMonitor"}
# The path of the endpoint that the program answers is the Function's name.
FUNCTION = "HoldReconcile"

complaints = Complaints("functions")


def expect_keys(where, mapping, known):
    for key in mapping.keys() - known:
        complaints.add(where, f"there is no key {key}; there are {', '.join(sorted(known))}")


def check_host(where, host):
    expect_keys(where, host, HOST_KEYS)
    complaints.expect(host.get("version") == "2.0", where, "version is 2.0")
    span = re.fullmatch(r"(\d\d):([0-5]\d):([0-5]\d)", host.get("functionTimeout", ""))
    complaints.expect(span and span.group(0) <= "00:10:00", where, "functionTimeout is hh:mm:ss, ten minutes at the most")
    bundle = host.get("extensionBundle", {})
    complaints.expect(
        bundle.get("id") == "Microsoft.Azure.Functions.ExtensionBundle"
        and re.fullmatch(r"[\[(]\d+\.[\d.*]+, *\d+\.\d+\.\d+[\])]", bundle.get("version", "")), where, "no bundle for timers")
    handler = host.get("customHandler", {})
    expect_keys(f"{where} customHandler", handler, HANDLER_KEYS)
    description = handler.get("description", {})
    expect_keys(f"{where} description", description, DESCRIPTION_KEYS)
    complaints.expect(description.get("defaultExecutablePath") == "hold-reconciler", where, "does not start the program")
    complaints.expect(description.get("arguments") == ["worker"], where, "does not start the worker")
    # A timer's call is no HTTP request of anybody's; the host sends its own envelope.
    complaints.expect(handler.get("enableForwardingHttpRequest") is False, where, "forwards HTTP requests")


def check_function(where, function):
    expect_keys(where, function, {"bindings", "disabled", "retry"})
    complaints.expect(len(function.get("bindings", [])) == 1, where, "has one binding, a timer")
    for binding in function.get("bindings", []):
        expect_keys(where, binding, TIMER_KEYS)
        complaints.expect(binding.get("type") == "timerTrigger", where, "is no timer")
        complaints.expect(binding.get("direction") == "in", where, "a trigger's direction is in")
        complaints.expect(re.fullmatch(r"[A-Za-z]\w*", binding.get("name", "")), where, "the binding has no name")
        setting = re.fullmatch(r"%(\w+)%", binding.get("schedule", ""))
        complaints.expect(setting, where, "the schedule is no app setting")
        # A start is no tick: several instances would all run at once.
        complaints.expect(binding.get("runOnStartup") is False, where, "runs on start")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


folder = pathlib.Path(sys.argv[1])
check_host("host.json", load(folder / "host.json"))
functions = list(folder.glob("*/function.json"))
complaints.expect([path.parent.name for path in functions] == [FUNCTION], folder, f"has the one function {FUNCTION}")
for path in functions:
    check_function(path.relative_to(folder), load(path))
complaints.conclude()
