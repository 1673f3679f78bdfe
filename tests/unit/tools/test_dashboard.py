"""Tests of the dashboard's generator."""

import json

import pytest
import yaml

from tests.support.prometheus import FOLDER, Panel, metrics_of, panels
from tools.dashboard.__main__ import FILE, build


def test_the_file_is_what_the_generator_writes() -> None:
    assert FILE.read_text() == build(), "`make dashboard` writes it anew"


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel.title)
def test_each_panel_asks_promql_for_the_service_chosen(panel: Panel) -> None:
    for expression, _ in panel.queries:
        assert metrics_of(expression)
        assert 'job="ink"' in expression
        assert "$" not in expression


def test_grafana_finds_prometheus_and_the_dashboard() -> None:
    provisioning = FILE.parents[1] / "provisioning"
    [source] = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())[
        "datasources"
    ]
    scraped = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["global"]
    # A rate needs two scrapes; Grafana makes $__rate_interval four times this.
    assert source["jsonData"]["timeInterval"] == scraped["scrape_interval"]
    assert source["type"] == "prometheus"
    [provider] = yaml.safe_load((provisioning / "dashboards/ink.yml").read_text())["providers"]
    assert provider["type"] == "file"


def test_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(FILE.read_text())["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells, panel["title"]
        taken |= cells
