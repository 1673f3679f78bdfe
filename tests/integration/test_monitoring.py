"""Tests of what an operator sees: Prometheus' configuration, its rules, and the dashboard."""

import re
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.support.drawing import ONE, SEVEN, open_session
from tests.support.files import ROOT
from tests.support.prometheus import (
    FOLDER,
    NO_PROMETHEUS,
    Panel,
    Prometheus,
    metrics_of,
    panels,
    watch,
)
from tests.support.server import Server, serve, wait_until
from tests.support.server_program import server_program

pytestmark = pytest.mark.skipif(not server_program("promtool"), reason=NO_PROMETHEUS)

RULES = sorted(FOLDER.glob("*.rules.yml"))
RUNBOOK = ROOT / "docs" / "monitoring.md"
# There only where an engine is configured.
ENGINE_METRICS = {
    "ink_engine_batch_images_count",
    "ink_engine_batch_images_sum",
    "ink_engine_local_answers_total",
    "ink_engine_request_seconds_bucket",
    "ink_engine_requests_total",
    "ink_engine_up",
}


def rules(field: str) -> list[dict[str, Any]]:
    """All rules with a field, such as `alert` or `record`, as their files have them."""
    return [
        rule
        for file in RULES
        for group in yaml.safe_load(file.read_text())["groups"]
        for rule in group["rules"]
        if field in rule
    ]


class Watched(NamedTuple):
    """A service and the Prometheus that watches it."""

    server: Server
    prometheus: Prometheus


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A service in which everything has happened that is counted, and its Prometheus."""
    folder = tmp_path_factory.mktemp("watched")
    with (
        serve(folder / "log") as server,
        watch(folder, [f"127.0.0.1:{server.port}"]) as prometheus,
    ):
        yield Watched(server, prometheus)


def draw_err_and_vanish(server: Server) -> None:
    """Two people draw; one goes beyond a limit, and is lost without a goodbye."""
    with open_session(server.ws) as client:
        client.draw([*SEVEN, *ONE])
    with open_session(server.ws) as client:
        client.send({"type": "config", "recognize": "line"})
        client.draw(SEVEN)
        client.ask("points", stroke=9, x=[1] * 10_001, y=[1] * 10_001, t=[1] * 10_001)
        client.connection.socket.shutdown(socket.SHUT_RDWR)


def test_the_configuration_is_valid() -> None:
    subprocess.run(["promtool", "check", "config", FOLDER / "prometheus.yml"], check=True)


def test_the_alerts_fire_on_what_they_are_for() -> None:
    tests = sorted((FOLDER / "tests").glob("*.test.yml"))
    done = subprocess.run(
        ["promtool", "test", "rules", *tests], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tested = {
        case["alertname"]
        for file in tests
        for test in yaml.safe_load(file.read_text())["tests"]
        for case in test.get("alert_rule_test", [])
        if case.get("exp_alerts")
    }
    assert tested == {rule["alert"] for rule in rules("alert")}


def test_the_runbook_says_what_to_do_at_each_alert() -> None:
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", RUNBOOK.read_text(), re.MULTILINE)
    }
    for rule in rules("alert"):
        file, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert ROOT / file == RUNBOOK
        assert anchor in anchors, rule["alert"]


def test_rules_and_panels_ask_for_metrics_that_there_are(watched: Watched) -> None:
    draw_err_and_vanish(watched.server)
    with urllib.request.urlopen(f"{watched.server.http}/metrics", timeout=30) as response:  # noqa: S310
        exposed = set(re.findall(r"^([a-z_]+)[ {]", response.read().decode(), re.MULTILINE))
    recorded = {rule["record"] for rule in rules("record")}
    asked = {
        name: where
        for where, expression in [
            *((rule.get("alert", rule.get("record", "")), rule["expr"]) for rule in rules("expr")),
            *((panel.title, query) for panel in panels() for query, _ in panel.queries),
        ]
        for name in metrics_of(expression)
    }
    unknown = asked.keys() - exposed - recorded - ENGINE_METRICS - {"up"}
    assert not unknown, {name: asked[name] for name in unknown}
    assert recorded <= asked.keys()


def test_prometheus_can_evaluate_all_rules(watched: Watched) -> None:
    wait_until(lambda: all(rule["health"] != "unknown" for rule in watched.prometheus.rules()))
    found = {rule["name"]: rule for rule in watched.prometheus.rules()}
    assert found.keys() == {rule.get("alert", rule.get("record")) for rule in rules("expr")}
    assert {name: rule["lastError"] for name, rule in found.items() if "lastError" in rule} == {}
    assert all(rule["health"] == "ok" for rule in found.values())


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel.title)
def test_each_panel_shows_what_happens(panel: Panel, watched: Watched) -> None:
    def shows(expression: str) -> bool:
        draw_err_and_vanish(watched.server)
        series = watched.prometheus.series(expression)
        return any(one["value"][1] != "NaN" for one in series)

    for expression, _ in panel.queries:
        if metrics_of(expression) <= ENGINE_METRICS:
            # Without an engine the question is understood, and has no answer.
            assert watched.prometheus.series(expression) == []
        else:
            wait_until(partial(shows, expression))


def test_an_instance_that_ends_is_noticed(tmp_path: Path) -> None:
    with (
        serve(tmp_path / "log") as server,
        watch(tmp_path, [f"127.0.0.1:{server.port}"]) as prometheus,
    ):
        wait_until(lambda: bool(prometheus.series('up{job="ink"} == 1')))
        server.stop()
        wait_until(lambda: bool(prometheus.series('ALERTS{alertname="InkDown"}')))
        [alert] = prometheus.series('ALERTS{alertname="InkDown"}')
        assert alert["metric"]["instance"] == f"127.0.0.1:{server.port}"
        assert alert["metric"]["alertstate"] == "pending"
