"""Tests of the real service by its own specification: requests that are made from it."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.config import SchemathesisConfig

from realtime.http.samples import PATH as INK_PATH
from realtime.protocol.client_messages import WEBSOCKET_PATH
from realtime.specification.openapi import openapi_document
from tests.support.samples import HIGH_RATE_LIMITS
from tests.support.server import Server, serve

# Of each operation: enough for every field to be left out and replaced, and soon over. Sessions
# have many fields, and take a second each to be made up.
EXAMPLES, SESSIONS = 25, 3
# What a schema allows may still be refused: by the rules of a drawing, by the labels that there
# are, and because what was sent is no picture.
BEYOND_SCHEMA = (positive_data_acceptance,)

SCHEMA = schemathesis.openapi.from_dict(openapi_document(), config=SchemathesisConfig())


def bounded(examples: int) -> settings:
    """How requests are made up: as many of each operation, the same each time."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def open_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service that keeps ink, and takes as many requests as come."""
    folder = tmp_path_factory.mktemp("specified")
    with serve(
        folder / "log",
        environment={
            "INK_KEPT": str(folder / "kept.db"),
            "INK_IMAGES_PER_MINUTE": "100000",
            **HIGH_RATE_LIMITS,
        },
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@SCHEMA.exclude(path=INK_PATH, method="POST").parametrize()
@bounded(EXAMPLES)
def test_the_service_answers_as_specified(case: schemathesis.Case, open_service: Server) -> None:
    # Whoever asks for the WebSocket without a handshake is told so, whatever else they ask.
    unmet = (negative_data_rejection,) if case.path == WEBSOCKET_PATH else ()
    case.call_and_validate(base_url=open_service.http, excluded_checks=[*BEYOND_SCHEMA, *unmet])


@SCHEMA.include(path=INK_PATH, method="POST").parametrize()
@bounded(SESSIONS)
def test_sessions_are_taken_or_refused_as_specified(
    case: schemathesis.Case, open_service: Server
) -> None:
    case.call_and_validate(base_url=open_service.http, excluded_checks=[*BEYOND_SCHEMA])


def test_the_service_serves_what_the_tests_go_by(open_service: Server) -> None:
    with urllib.request.urlopen(f"{open_service.http}/openapi.json") as response:  # noqa: S310
        assert json.load(response) == openapi_document()
