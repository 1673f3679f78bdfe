"""Tests of deploy/k8s: schemas, what refers to what, and probes that ask what is there."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from realtime.metrics.service import Metrics
from tests.support.deployment import DEPLOY, KUBERNETES, Document, documents

# The oldest whose pods may sleep before they stop, and the newest whose schemas are at hand.
VERSIONS = ["1.30", kubernetes_validate.latest_version()]
KUSTOMIZATIONS = sorted(
    file for file in DEPLOY.rglob("kustomization.yaml") if file.parent != KUBERNETES
)
COMPONENTS = sorted(
    file.parent.name for file in KUSTOMIZATIONS if documents(file)[0]["kind"] == "Component"
)
# What Kubernetes itself does not define: for these there is no schema here.
CUSTOM = {
    "HTTPRoute": "gateway.networking.k8s.io/v1",
    "PodMonitor": "monitoring.coreos.com/v1",
    "InferenceService": "serving.kserve.io/v1beta1",
}


def resources_of(kustomization: Path) -> list[Document]:
    """The resources that a kustomization names, and those of the kustomizations that it names."""
    found: list[Document] = []
    for name in documents(kustomization)[0].get("resources", []):
        path = kustomization.parent / name
        found += resources_of(path / "kustomization.yaml") if path.is_dir() else documents(path)
    return found


RESOURCES = {
    document["kind"]: document for file in KUSTOMIZATIONS for document in resources_of(file)
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", RESOURCES)
def test_a_resource_keeps_to_the_schema(kind: str, version: str) -> None:
    if kind in CUSTOM:
        assert RESOURCES[kind]["apiVersion"] == CUSTOM[kind]
        return
    kubernetes_validate.validate(RESOURCES[kind], version, strict=True)


def test_the_schema_is_one_that_refuses() -> None:
    wrong = {**RESOURCES["Deployment"], "spec": {**RESOURCES["Deployment"]["spec"], "replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_every_component_can_be_chosen() -> None:
    text = (KUBERNETES / "kustomization.yaml").read_text()
    listed = text.split("components:\n")[1].split("images:")[0]
    offered = re.findall(r"^  (?:# )?- ([a-z]+)\b", listed, re.MULTILINE)
    assert sorted(offered) == COMPONENTS


def test_kustomize_puts_all_parts_together(tmp_path: Path) -> None:
    program = shutil.which("kubectl") or shutil.which("kustomize")
    if not program:
        pytest.skip("no kubectl and no kustomize")
    copy = tmp_path / "deploy"
    shutil.copytree(DEPLOY, copy, symlinks=True)
    chosen = copy / "k8s" / "kustomization.yaml"
    [kustomization] = documents(chosen)
    chosen.write_text(yaml.safe_dump({**kustomization, "components": COMPONENTS}))
    built = subprocess.run(
        [program, *(["kustomize"] if "kubectl" in program else ["build"]), chosen.parent],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    whole: dict[str, Any] = {one["kind"]: one for one in yaml.safe_load_all(built.stdout)}
    assert set(whole) == {*RESOURCES, "ConfigMap"}
    for kind, resource in whole.items():
        if kind not in CUSTOM:
            kubernetes_validate.validate(resource, VERSIONS[-1], strict=True)
    [container] = whole["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["envFrom"][0]["configMapRef"]["name"] == whole["ConfigMap"]["metadata"]["name"]
    assert whole["ConfigMap"]["data"].keys() >= {"INK_ENGINE", "INK_PROXIES", "INK_METRICS_BIND"}
    labels = whole["Deployment"]["spec"]["template"]["metadata"]["labels"].items()
    for selector in (
        whole["Deployment"]["spec"]["selector"]["matchLabels"],
        whole["Service"]["spec"]["selector"],
        whole["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        whole["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        whole["PodMonitor"]["spec"]["selector"]["matchLabels"],
    ):
        assert selector
        assert selector.items() <= labels


def test_pods_are_probed_where_they_answer() -> None:
    [container] = RESOURCES["Deployment"]["spec"]["template"]["spec"]["containers"]
    probes = {name: one["httpGet"] for name, one in container.items() if name.endswith("Probe")}
    assert {name: probe["path"] for name, probe in probes.items()} == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",
        # A pod that drains is alive, and takes nobody.
        "readinessProbe": "/readyz",
    }
    assert {probe["port"] for probe in probes.values()} == {"http"}


def test_pods_may_do_little() -> None:
    pod = RESOURCES["Deployment"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/tmp"]  # noqa: S108


def test_routes_lead_to_the_service() -> None:
    [port] = RESOURCES["Service"]["spec"]["ports"]
    [rule] = RESOURCES["HTTPRoute"]["spec"]["rules"]
    assert rule["backendRefs"] == [{"name": "ink", "port": port["port"]}]
    [path] = RESOURCES["Ingress"]["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"]["service"] == {"name": "ink", "port": {"name": port["name"]}}


def test_pods_come_and_go_by_a_metric_that_there_is() -> None:
    [by_sessions, _] = RESOURCES["HorizontalPodAutoscaler"]["spec"]["metrics"]
    name = by_sessions["pods"]["metric"]["name"]
    assert f"# TYPE {name} gauge" in Metrics().text().decode()
    [values] = documents(KUBERNETES / "autoscaling/prometheus-adapter-values.yaml")
    [rule] = values["rules"]["custom"]
    assert rule["seriesQuery"].startswith(f"{name}{{")
    assert rule["name"]["as"] == name
