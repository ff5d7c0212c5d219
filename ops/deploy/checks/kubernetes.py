#!/usr/bin/env python3
"""Validates manifests against the schemas of Kubernetes, and asks what no schema knows: do the files fit together, and is
every container as confined as all the others.

  kubernetes.py MANIFEST...
"""

import re
import sys

import kubernetes_validate
import yaml

from complaints import Complaints

# The oldest that has all the fields (backoffLimitPerIndex), and the newest that the validator knows.
VERSIONS = ["1.29", kubernetes_validate.latest_version()]

complaints = Complaints("kubernetes")


def documents(paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for document in yaml.safe_load_all(file):
                metadata = document["metadata"]
                yield f"{path} {document['kind']} {metadata.get('name') or metadata['generateName']}", document


def validate(where, document):
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            complaints.add(where, f"Kubernetes {version}: {'.'.join(map(str, error.path))}: {error.message}")


def pod_template(document):
    spec = document["spec"] if "spec" in document else {}
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return spec.get("template")


def check_confinement(where, pod):
    complaints.expect(pod.get("automountServiceAccountToken") is False, where, "mounts a service account's token")
    context = pod.get("securityContext", {})
    complaints.expect(context.get("runAsNonRoot") is True, where, "may run as root")
    complaints.expect(context.get("seccompProfile") == {"type": "RuntimeDefault"}, where, "has no seccomp profile")
    for container in pod["containers"]:
        context = container.get("securityContext", {})
        complaints.expect(context.get("readOnlyRootFilesystem") is True, where, "may write to its image")
        complaints.expect(context.get("allowPrivilegeEscalation") is False, where, "may gain privileges")
        complaints.expect(context.get("capabilities") == {"drop": ["ALL"]}, where, "keeps capabilities")
        resources = container.get("resources", {})
        complaints.expect("memory" in resources.get("limits", {}), where, "has no memory limit")
        complaints.expect({"cpu", "memory"} <= resources.get("requests", {}).keys(), where, "requests no resources")


def check_references(where, pod, names):
    for container in pod["containers"]:
        for source in container.get("envFrom", []):
            for kind, key in [("ConfigMap", "configMapRef"), ("Secret", "secretRef")]:
                if key in source:
                    name = source[key]["name"]
                    complaints.expect((kind, name) in names, where, f"there is no {kind} {name}")


def check_user(where, pod):
    """Who writes gets the user that may, and nobody else."""
    for container in pod["containers"]:
        secrets = {source["secretRef"]["name"] for source in container.get("envFrom", []) if "secretRef" in source}
        complaints.expect(
            ("hold-reconciler-repair" in secrets) == ("--execute" in container["args"]), where,
            f"has the Secrets {', '.join(sorted(secrets))}")


def check_exit_codes(where, job, pod):
    names = {container["name"] for container in pod["containers"]}
    for rule in job.get("podFailurePolicy", {}).get("rules", []):
        named = rule.get("onExitCodes", {}).get("containerName")
        complaints.expect(named is None or named in names, where, f"there is no container {named}")
    complaints.expect(pod.get("restartPolicy") == "Never", where, "a failure policy needs restartPolicy Never")


def check_shards(where, job, pod):
    for container in pod["containers"]:
        arguments = container["args"]
        complaints.expect("--shard" in arguments, where, "is indexed and has no --shard")
        part = arguments[arguments.index("--shard") + 1]
        split = re.fullmatch(r"\$\(JOB_COMPLETION_INDEX\)/(\d+)", part)
        complaints.expect(
            split and int(split.group(1)) == job["completions"], where, f"--shard {part} of {job['completions']}")


def selects(selector, labels):
    return selector.items() <= labels.items()


def main(paths):
    found = list(documents(paths))
    names = {(document["kind"], document["metadata"].get("name")) for _, document in found}
    templates = []
    for where, document in found:
        validate(where, document)
        template = pod_template(document)
        if not template:
            continue
        pod = template["spec"]
        templates.append((where, template["metadata"]["labels"]))
        check_confinement(where, pod)
        check_references(where, pod, names)
        check_user(where, pod)
        if document["kind"] in ["CronJob", "Job"]:
            job = document["spec"]["jobTemplate"]["spec"] if document["kind"] == "CronJob" else document["spec"]
            check_exit_codes(where, job, pod)
            if job.get("completionMode") == "Indexed":
                check_shards(where, job, pod)
    for where, document in found:
        if document["kind"] == "Service":
            selector = document["spec"]["selector"]
            complaints.expect(
                sum(selects(selector, labels) for _, labels in templates) == 1, where, "selects not one workload")
        if document["kind"] == "NetworkPolicy":
            selector = document["spec"]["podSelector"]["matchLabels"]
            for workload, labels in templates:
                complaints.expect(selects(selector, labels), where, f"leaves {workload} out")
    complaints.expect(templates, "all", "no workload was found")
    complaints.conclude()


main(sys.argv[1:])
