"""A real Prometheus with the project's configuration and rules, which watches a running service."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode
from urllib.request import urlopen

import promql_parser
import yaml

from tests.support.files import ROOT
from tests.support.server import free_port, wait_until
from tests.support.server_program import server_program

FOLDER = ROOT / "deploy" / "prometheus"
NO_PROMETHEUS = "no Prometheus; `make setup` installs it where it can"
# For panels: what Grafana puts in place of its variables, here for a short look.
VARIABLES = {"$job": "ink", "$instance": ".*", "$__rate_interval": "20s"}
# Tests do not wait for quarter minutes.
SCRAPE_INTERVAL = "1s"


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus."""

    url: str

    def ask(self, path: str, **parameters: str) -> Any:  # noqa: ANN401  # as the API says
        """What the HTTP API answers.

        Raises:
            urllib.error.HTTPError: it does not understand the question.
        """
        with urlopen(f"{self.url}/api/v1/{path}?{urlencode(parameters)}", timeout=30) as response:  # noqa: S310
            return json.load(response)["data"]

    def series(self, expression: str) -> list[dict[str, Any]]:
        """The series that an expression has now."""
        found: list[dict[str, Any]] = self.ask("query", query=expression)["result"]
        return found

    def rules(self) -> list[dict[str, Any]]:
        """All rules with their state."""
        return [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]


@contextmanager
def watch(folder: Path, targets: Sequence[str]) -> Iterator[Prometheus]:
    """A Prometheus that scrapes these addresses as `ink` until the block ends.

    Raises:
        RuntimeError: it did not start; the message holds its log.
    """
    program = server_program("prometheus")
    assert program, NO_PROMETHEUS
    address = f"127.0.0.1:{free_port()}"
    configuration = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    configuration["global"]["scrape_interval"] = SCRAPE_INTERVAL
    configuration["global"]["scrape_timeout"] = SCRAPE_INTERVAL
    configuration["global"]["evaluation_interval"] = SCRAPE_INTERVAL
    for name in configuration["rule_files"]:
        shutil.copy(FOLDER / name, folder)
    ink, itself = configuration["scrape_configs"]
    del ink["dns_sd_configs"]
    ink["static_configs"] = [{"targets": list(targets)}]
    itself["static_configs"] = [{"targets": [address]}]
    log_file = folder / "prometheus.log"
    (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                "--config.file=prometheus.yml",
                "--storage.tsdb.path=tsdb",
                f"--web.listen-address={address}",
            ],
            # Its pages name files as they are named here.
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    prometheus = Prometheus(f"http://{address}")
    try:
        wait_until(lambda: process.poll() is not None or _is_ready(prometheus))
        if process.poll() is not None:
            raise RuntimeError(f"Prometheus did not start:\n{log_file.read_text()}")
        yield prometheus
    finally:
        process.terminate()
        process.wait(timeout=30)


def _is_ready(prometheus: Prometheus) -> bool:
    try:
        with urlopen(f"{prometheus.url}/-/ready", timeout=5) as response:  # noqa: S310
            return bool(response.status == 200)
    except OSError:
        return False


class Panel(NamedTuple):
    """A panel of the dashboard: title, Grafana's kind and unit, and queries with their legends."""

    title: str
    kind: str
    unit: str
    queries: list[tuple[str, str]]


def panels() -> list[Panel]:
    """All panels of the dashboard."""
    board = json.loads((ROOT / "deploy/grafana/dashboards/ink.json").read_text())
    return [
        Panel(
            panel["title"],
            panel["type"],
            panel["fieldConfig"]["defaults"]["unit"],
            [
                (with_variables(target["expr"]), target["legendFormat"])
                for target in panel["targets"]
            ],
        )
        for panel in board["panels"]
        if panel["type"] != "row"
    ]


def with_variables(expression: str) -> str:
    """A panel's expression as Grafana sends it."""
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    return expression


def metrics_of(expression: str) -> set[str]:
    """The names of the metrics that an expression asks for.

    Raises:
        ValueError: it is no PromQL.
    """
    names: set[str] = set()

    def visit(node: object) -> bool:
        if isinstance(node, promql_parser.VectorSelector) and node.name:
            names.add(node.name)
        return True

    promql_parser.walk(promql_parser.parse(expression), visit)
    return names


def legend(template: str, labels: dict[str, str]) -> str:
    """The name that Grafana gives a series."""
    return re.sub(r"{{(\w+)}}", lambda match: labels.get(match[1], ""), template)
