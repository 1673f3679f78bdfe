"""Reads `/metrics` of a running service."""

import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from tests.support.server import Server


def read_metrics(server: Server) -> dict[str, float]:
    """All values, by name and labels, as in `ink_answers_total{kind=final}{recognizer=digit}`."""
    with urllib.request.urlopen(f"{server.http}/metrics", timeout=30) as response:  # noqa: S310
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        return parse_metrics(response.read().decode())


def parse_metrics(text: str) -> dict[str, float]:
    """The values of an exposition, named as `read_metrics` does."""
    samples = [
        sample for family in text_string_to_metric_families(text) for sample in family.samples
    ]
    return {
        sample.name
        + "".join(f"{{{name}={value}}}" for name, value in sample.labels.items()): sample.value
        for sample in samples
    }
