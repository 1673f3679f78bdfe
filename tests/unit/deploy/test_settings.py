"""Tests that all files of a deployment name settings, ports and times that there are."""

import configparser
from pathlib import Path

import pytest

from realtime.config import Settings
from realtime.errors import SettingError
from tests.support.deployment import (
    COMPOSE,
    DEPLOY,
    DOCKERFILE,
    KUBERNETES,
    deployment_files,
    documents,
    known_variables,
    literals,
    seconds,
    variables_in,
)
from tests.support.files import ROOT
from tools.image.dockerfile import read_stages

METRICS_PORT = 9091
SETTINGS_OF_PODS = [KUBERNETES / "base/kustomization.yaml", KUBERNETES / "kustomization.yaml"]


def unit(name: str) -> configparser.ConfigParser:
    """A unit of systemd, in which no key that is read here comes twice."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(DEPLOY / "systemd" / name)
    return parser


def environment_file() -> dict[str, str]:
    lines = (DEPLOY / "systemd" / "ink.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


@pytest.mark.parametrize(
    "file", list(deployment_files()), ids=lambda file: str(file.relative_to(ROOT))
)
def test_settings_that_are_named_exist(file: Path) -> None:
    assert variables_in(file) - known_variables() == set()


def test_settings_are_understood() -> None:
    composed = documents(COMPOSE)[0]["services"]["ink"]["environment"]
    for environment in (
        {name: value for name, value in composed.items() if "${" not in value},
        literals(*SETTINGS_OF_PODS),
        environment_file(),
    ):
        try:
            Settings.from_environment(environment)
        except SettingError as error:
            pytest.fail(str(error))


def test_the_service_listens_where_it_is_asked() -> None:
    port = str(Settings().server.port)
    assert read_stages(DOCKERFILE)[-1].setting("EXPOSE") == port
    [deployment] = documents(KUBERNETES / "base/deployment.yaml")
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    ports = {one["name"]: one["containerPort"] for one in container["ports"]}
    assert ports == {"http": int(port), "metrics": METRICS_PORT}
    [service] = documents(KUBERNETES / "base/service.yaml")
    assert service["spec"]["ports"][0]["targetPort"] == "http"
    assert environment_file()["PORT"] == port
    assert f"server ink:{port}" in (DEPLOY / "nginx/upstream.conf").read_text()


def test_metrics_are_where_prometheus_asks() -> None:
    composed = documents(COMPOSE)[0]["services"]["ink"]["environment"]
    for environment in (composed, literals(*SETTINGS_OF_PODS), environment_file()):
        assert environment["INK_METRICS_BIND"].rpartition(":")[2] == str(METRICS_PORT)
    [prometheus] = documents(DEPLOY / "prometheus/prometheus.yml")
    [job] = [job for job in prometheus["scrape_configs"] if job["job_name"] == "ink"]
    assert job["dns_sd_configs"][0]["names"] == ["ink"]
    assert job["dns_sd_configs"][0]["port"] == METRICS_PORT
    [monitor] = documents(KUBERNETES / "monitoring/podmonitor.yaml")
    assert monitor["spec"]["podMetricsEndpoints"][0]["port"] == "metrics"


def test_there_is_time_to_drain() -> None:
    composed = documents(COMPOSE)[0]["services"]["ink"]
    assert seconds(composed["stop_grace_period"]) >= 5 + float(
        composed["environment"]["INK_DRAIN_S"]
    )
    [deployment] = documents(KUBERNETES / "base/deployment.yaml")
    pod = deployment["spec"]["template"]["spec"]
    waits = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    drains = float(literals(*SETTINGS_OF_PODS)["INK_DRAIN_S"])
    assert pod["terminationGracePeriodSeconds"] >= waits + drains + 5
    stops = seconds(unit("ink.service")["Service"]["TimeoutStopSec"])
    assert stops >= 5 + float(environment_file()["INK_DRAIN_S"])
    assert stops >= 5 + Settings().connection.drain_s
