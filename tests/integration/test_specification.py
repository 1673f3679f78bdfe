"""Tests of the real service by its own specification: requests that are made from it."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

from realtime.http.samples import PATH as INK_PATH
from realtime.protocol.client_messages import WEBSOCKET_PATH
from realtime.specification.openapi import openapi_document
from tests.support.samples import HIGH_RATE_LIMITS
from tests.support.server import Server, serve

if TYPE_CHECKING:
    import schemathesis

# Of each operation: enough for every field to be left out and replaced, and soon over. Sessions
# have many fields, and take a second each to be made up.
EXAMPLES, SESSIONS = 25, 3
SENDS_INK = f"POST {INK_PATH}"
OPERATIONS = [
    f"{method.upper()} {path}"
    for path, methods in openapi_document()["paths"].items()
    for method in methods
]


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


@cache
def schema() -> "schemathesis.BaseSchema":
    """The specification, as schemathesis knows it.

    Each process that runs tests collects all of them, so that schemathesis is loaded, and makes its
    requests up, only where a test asks for them: its own plugin does both when tests are collected.
    """
    import schemathesis
    from schemathesis.checks import load_all_checks
    from schemathesis.config import SchemathesisConfig

    load_all_checks()
    return schemathesis.openapi.from_dict(openapi_document(), config=SchemathesisConfig())


def send_requests(operation: str, check: "Callable[[schemathesis.Case], None]") -> None:
    """Have requests of an operation checked, as schemathesis' plugin does for a test of its own.

    They are those of its specified examples, those at the limits of what its schema allows, and
    some at random.
    """
    from schemathesis.generation.feedback import FeedbackSources
    from schemathesis.pytest import _test_builder
    from schemathesis.python._constants.orchestrator import make_constants_value_source

    method, path = operation.split()
    test = _test_builder.build_operation_test(
        config=schema().config,
        operation=schema()[path][method],
        test_func=check,
        given_kwargs={},
        feedback=FeedbackSources(constants_value_source=make_constants_value_source(schema())),
    )
    test()


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one != SENDS_INK])
def test_the_service_answers_as_specified(operation: str, open_service: Server) -> None:
    from schemathesis.checks import negative_data_rejection, positive_data_acceptance

    excluded = [positive_data_acceptance]
    if operation.endswith(WEBSOCKET_PATH):
        # Whoever asks for the WebSocket without a handshake is told so, whatever else they ask.
        excluded.append(negative_data_rejection)

    @bounded(EXAMPLES)
    def check(case: "schemathesis.Case") -> None:
        case.call_and_validate(base_url=open_service.http, excluded_checks=excluded)

    send_requests(operation, check)


def test_sessions_are_taken_or_refused_as_specified(open_service: Server) -> None:
    from schemathesis.checks import positive_data_acceptance

    # What a schema allows may still be refused: by the rules of a drawing, by the labels that there
    # are, and because what was sent is no picture.
    @bounded(SESSIONS)
    def check(case: "schemathesis.Case") -> None:
        case.call_and_validate(
            base_url=open_service.http, excluded_checks=[positive_data_acceptance]
        )

    send_requests(SENDS_INK, check)


def test_the_service_serves_what_the_tests_go_by(open_service: Server) -> None:
    with urllib.request.urlopen(f"{open_service.http}/openapi.json") as response:  # noqa: S310
        assert json.load(response) == openapi_document()
