"""Each error says whose fault it is, and both edges know how to report it."""

import re
from typing import TypeVar

import pytest

from realtime import errors
from realtime.errors import ClientError, RealtimeError, ReportedError, ServiceError
from realtime.http.routes import status_code
from realtime.websocket.close_codes import close_code
from tests.support.files import ROOT

_Kind = TypeVar("_Kind", bound=RealtimeError)
PROTOCOL = (ROOT / "realtime" / "protocol" / "PROTOCOL.md").read_text()


def kinds(base: type[_Kind]) -> list[type[_Kind]]:
    found = [base]
    for kind in base.__subclasses__():
        found += kinds(kind)
    return found


def example(kind: type[ReportedError]) -> ReportedError:
    error = kind.__new__(kind)
    ReportedError.__init__(error, code="some_code", message="in some words")
    return error


@pytest.mark.parametrize("kind", kinds(ReportedError))
def test_an_error_is_the_clients_or_the_services_fault(kind: type[ReportedError]) -> None:
    assert kind is ReportedError or issubclass(kind, ClientError) != issubclass(kind, ServiceError)


@pytest.mark.parametrize("kind", kinds(ClientError))
def test_a_clients_fault_is_a_4xx(kind: type[ReportedError]) -> None:
    assert 400 <= status_code(example(kind)) < 500


@pytest.mark.parametrize("kind", kinds(ServiceError))
def test_a_services_fault_is_a_5xx_and_ends_a_connection(kind: type[ReportedError]) -> None:
    assert 500 <= status_code(example(kind)) < 600
    assert close_code(example(kind)) in {1001, 1008, 1011, 1013}


def test_the_docstring_draws_the_whole_tree() -> None:
    drawn = set(re.findall(r"── (\w+)", errors.__doc__ or ""))
    known = {kind.__name__ for kind in [*kinds(ReportedError), *kinds(errors.EngineError)]}
    others = {"SettingError", "WeightsError", "UnknownTaskError", "RecordingError", "InkFileError"}
    assert drawn == known | others


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.MalformedMessageError(code="bad_json", message=""), 1007),
        (errors.BinaryMessageError(code="not_text", message=""), 1003),
        (errors.VersionError(code="version", message=""), 1008),
        (errors.MessageError(code="bad_message", message=""), None),
        (errors.SizeError(code="too_big", message=""), 1009),
        (errors.RateError(message=""), None),
        (errors.FloodError(message=""), 1008),
        (errors.InactivityError(code="idle", message=""), 1008),
        (errors.SessionExpiredError(message=""), 1008),
        (errors.CapacityError(message=""), 1013),
        (errors.ShutdownError(), 1001),
        (errors.InternalError(), 1011),
        (errors.RecognitionError(), 1011),
    ],
)
def test_close_codes_are_those_of_the_protocol(error: ReportedError, code: int | None) -> None:
    assert close_code(error) == code
    [row] = re.findall(rf"^\| `{error.code}` .*\| (.*) \|$", PROTOCOL, re.MULTILINE)
    if code is None:
        assert row.startswith("stays open")
    else:
        assert str(code) in row
