"""What `deploy/cluster/` holds: manifests that Kubernetes takes, of settings and commands we have.

No cluster runs here: they are held against Kubernetes's own schemas, and against each other.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from assistant.cli.parser import build_parser
from assistant.settings import Settings
from tests.conftest import ROOT

FOLDER = ROOT / "deploy" / "cluster"
FILES = sorted(FOLDER.glob("*.yaml"))
#: The oldest that is still looked after when this was written.
KUBERNETES = "1.34"


@cache
def _documents(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


def _objects() -> Iterator[dict[str, Any]]:
    """Yield the objects of all manifests; Helm's values are none."""
    for file in FILES:
        yield from (one for one in _documents(file) if "kind" in one)


def _pods() -> Iterator[dict[str, Any]]:
    """Yield the templates of all pods, those that KubeRay starts too."""
    for one in _objects():
        if one["kind"] == "Deployment":
            yield one["spec"]["template"]
        if one["kind"] == "RayJob":
            cluster = one["spec"]["rayClusterSpec"]
            for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"]):
                yield group["template"]


def _containers() -> Iterator[dict[str, Any]]:
    for pod in _pods():
        yield from pod["spec"]["containers"]


def _named(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in _objects() if one["kind"] == kind}


def test_kubernetes_takes_them() -> None:
    pods = [{"apiVersion": "v1", "kind": "Pod", **pod} for pod in _pods()]
    for one in (*_objects(), *pods):
        if one["apiVersion"] != "ray.io/v1":
            kubernetes_validate.validate(one, KUBERNETES, strict=True)


def test_kubernetes_refuses_what_it_does_not_know() -> None:
    wrong = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"nom": "assistant"}]}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


def test_each_variable_is_a_setting() -> None:
    written = {name for one in _named("ConfigMap").values() for name in one["data"]}
    written |= {own["name"] for one in _containers() for own in one.get("env", ())}
    ours = {name for name in written if name.startswith("ASSISTANT_")}
    assert ours
    assert ours <= {f"ASSISTANT_{setting.name.upper()}" for setting in fields(Settings)}


def test_each_command_is_one() -> None:
    commands = [one["args"] for one in _containers() if "args" in one]
    for job in (one for one in _objects() if one["kind"] == "RayJob"):
        words = shlex.split(job["spec"]["entrypoint"].partition(" || ")[0])
        assert words[0] == "assistant"
        commands.append(words[1:])
    assert len(commands) == 2
    for words in commands:
        build_parser().parse_args(words)


def test_nothing_runs_as_root_nor_writes_where_it_need_not() -> None:
    for pod in _pods():
        account = pod["spec"]["securityContext"]
        assert account["runAsNonRoot"] and account["runAsUser"] == 10001
        assert not pod["spec"]["automountServiceAccountToken"]
    for one in _containers():
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "memory" in one["resources"]["limits"]
        assert re.search(r":\d", one["image"]), "which version runs is written down"


def test_secrets_are_named_and_never_written() -> None:
    assert not _named("Secret")
    text = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    assert not re.search(r"(?im)^\s*(password|secretKey|accessKey|token)\s*:", text)


def test_what_pods_are_given_is_there() -> None:
    claims, maps = _named("PersistentVolumeClaim"), _named("ConfigMap")
    for pod in _pods():
        volumes = pod["spec"]["volumes"]
        used = {one["persistentVolumeClaim"]["claimName"] for one in volumes if len(one) > 1
                and "persistentVolumeClaim" in one}  # fmt: skip
        assert used <= claims.keys()
        for one in pod["spec"]["containers"]:
            assert {own["configMapRef"]["name"] for own in one["envFrom"]} <= maps.keys()
            mounted = {own["name"] for own in one["volumeMounts"]}
            assert mounted == {own["name"] for own in volumes}


def test_one_pod_alone_has_the_catalog() -> None:
    (index,) = (
        name
        for name, claim in _named("PersistentVolumeClaim").items()
        if claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    )
    writers = [pod for pod in _pods() if index in str(pod["spec"]["volumes"])]
    assert len(writers) == 1


def test_an_agent_stays_on_one_web_server() -> None:
    (ingress,) = _named("Ingress").values()
    notes = ingress["metadata"]["annotations"]
    assert notes["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert notes["nginx.ingress.kubernetes.io/enable-access-log"] == "false"
    (path,) = ingress["spec"]["rules"][0]["http"]["paths"]
    service = _named("Service")[path["backend"]["service"]["name"]]
    (web,) = _named("Deployment").values()
    labels = web["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    ports = {one["name"] for one in web["spec"]["template"]["spec"]["containers"][0]["ports"]}
    assert {one["targetPort"] for one in service["spec"]["ports"]} == ports


def test_ray_is_the_version_that_was_tested() -> None:
    (pinned,) = re.findall(r"(?m)^ray==(.+)$", (ROOT / "constraints.txt").read_text("utf-8"))
    jobs = [one["spec"]["rayClusterSpec"] for one in _objects() if one["kind"] == "RayJob"]
    assert [one["rayVersion"] for one in jobs] == [pinned]
    for one in jobs:
        assert one["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"
