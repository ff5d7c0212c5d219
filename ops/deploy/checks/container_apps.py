#!/usr/bin/env python3
"""Holds each Container Apps job against the models of the vendor's own client: every key is one that the service knows,
every value is of its type, and every secret that a container asks for is there.

  container_apps.py JOB...
"""

import enum
import sys
import typing

import yaml
from azure.mgmt.appcontainers import models
from azure.mgmt.appcontainers.models import _models

from complaints import Complaints

BASE = _models.Job.__mro__[3]
complaints = Complaints("container apps")


def kinds(annotation):
    """The classes that a value may be of: Optional[Union[str, TriggerType]] is NoneType, str and TriggerType."""
    inner = typing.get_args(annotation)
    if typing.get_origin(annotation) in (list, dict) or not inner:
        return [typing.get_origin(annotation) or annotation]
    return [kind for part in inner for kind in kinds(part)]


def check(where, value, raw):
    """Compares what the model made of a mapping with the mapping itself."""
    model = type(value)
    hints = typing.get_type_hints(model, {**vars(_models), **vars(models), "_models": models})
    known = {field._rest_name: name for name, field in model._attr_to_rest_field.items()}
    for key, part in raw.items():
        path = f"{where}.{key}"
        if key not in known:
            complaints.add(path, f"{model.__name__} has no such key; it has {', '.join(sorted(known))}")
            continue
        made = getattr(value, known[key])
        if isinstance(made, BASE):
            check(path, made, part)
        elif isinstance(made, list):
            for position, (element, raw_element) in enumerate(zip(made, part)):
                if isinstance(element, BASE):
                    check(f"{path}[{position}]", element, raw_element)
        else:
            check_scalar(path, part, kinds(hints[known[key]]))


def check_scalar(path, part, allowed):
    names = [kind for kind in allowed if isinstance(kind, type) and issubclass(kind, enum.Enum)]
    if names:
        values = [member.value for kind in names for member in kind]
        complaints.expect(part in values, path, f"{part!r} is none of {values}")
        return
    plain = tuple(kind for kind in allowed if kind in (str, int, float, bool))
    number = float in plain and isinstance(part, int)
    complaints.expect(not plain or number or type(part) in plain, path, f"{part!r} is no {plain}")


def check_secrets(where, job):
    configured = {secret["name"] for secret in job["properties"]["configuration"].get("secrets", [])}
    for container in job["properties"]["template"]["containers"]:
        for variable in container.get("env", []):
            asked = variable.get("secretRef")
            complaints.expect(asked is None or asked in configured, where, f"there is no secret {asked}")
            complaints.expect(("value" in variable) != ("secretRef" in variable), where, f"{variable['name']} has no value")


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        job = yaml.safe_load(file)
    complaints.expect(job.get("type") == "Microsoft.App/jobs", path, "is no job")
    check(path, models.Job(job), job)
    check_secrets(path, job)
complaints.expect(len(sys.argv) > 1, "all", "no job was given")
complaints.conclude()
