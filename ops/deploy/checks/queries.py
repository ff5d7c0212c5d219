"""What rules, their tests and dashboards ask Prometheus for: the queries of a file, with their metrics and labels."""

import re
import typing

import yaml

METRIC = r"\b(?:hold_reconciler|process)_[a-z_]+"
SELECTOR = re.compile(r"(%s)(?:\{([^}]*)\})?" % METRIC)
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
# What templates of annotations and legends name.
TEMPLATED = re.compile(r"\{\{\s*(?:\$labels\.)?([a-z]\w*)")


class Selector(typing.NamedTuple):
    metric: str
    # Label, operator, value.
    matchers: list


class Query(typing.NamedTuple):
    selectors: list
    # The labels that it groups by, and that the texts beside it name.
    labels: set
    # Whether it is a series that a test feeds, and not a question.
    is_series: bool


def texts(tree):
    """Every string in a tree."""
    if isinstance(tree, str):
        yield tree
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else []:
        yield from texts(part)


def query(text, beside, is_series):
    selectors = [Selector(name, MATCHER.findall(inside)) for name, inside in SELECTOR.findall(text)]
    labels = {label.strip() for group in GROUPING.findall(text) for label in group.split(",") if label.strip()}
    return Query(selectors, labels | {label for part in beside for label in TEMPLATED.findall(part)}, is_series)


def in_tree(tree):
    if isinstance(tree, dict):
        for key in ["expr", "query", "series"]:
            if isinstance(tree.get(key), str):
                beside = [*texts(tree.get("annotations")), *texts(tree.get("legendFormat"))]
                yield query(tree[key], beside, key == "series")
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else []:
        yield from in_tree(part)


def queries(path):
    """Those of a file that ask for a metric of the program's; JSON is YAML."""
    with open(path, encoding="utf-8") as file:
        return [found for found in in_tree(yaml.safe_load(file)) if found.selectors]
