"""Tests that what a server says is raised as what it raised itself."""

import re

import msgspec
import pytest
from websockets.datastructures import Headers

from realtime import errors
from realtime.client import errors as client_errors
from realtime.client.errors import HTTPRefusalError, http_error, reported_error
from realtime.errors import ReportedError
from realtime.protocol import messages
from realtime.protocol.server_messages import Error
from tests.support.files import ROOT

PROTOCOL = (ROOT / "realtime" / "protocol" / "PROTOCOL.md").read_text()
CODES = re.findall(r"^\| `(\w+)` \| .* \| (?:fatal|stays open)", PROTOCOL, re.MULTILINE)
RAISED = [
    errors.MalformedMessageError(code="bad_json", message="a"),
    errors.MessageError(code="bad_message", message="b", field="x[3]", limit=100_000.0, seq=4),
    errors.MessageError(code="bad_order", message="c", field="seq", limit=9.0, seq=4),
    errors.MessageError(code="unknown_stroke", message="d", field="stroke", seq=2**53 - 1),
    errors.MessageError(code="limit", message="e", field="points", limit=20_000.0, seq=0),
    errors.RateError(message="f", limit=200.0, retry_after_s=0.25),
    errors.VersionError(code="version", message="g", field="v", limit=1.0),
    errors.BinaryMessageError(code="not_text", message="h"),
    errors.SizeError(code="too_big", message="i", limit=5.0),
    errors.InactivityError(code="idle", message="j", limit=900.0),
    errors.InactivityError(code="slow", message="k", limit=30.0),
    errors.SessionExpiredError(message="l", limit=14_400.0),
    errors.CapacityError(message="m", limit=1_000.0),
    errors.ShutdownError(),
    errors.InternalError(),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: error.code)
def test_an_error_comes_back_as_it_was_raised(error: ReportedError) -> None:
    is_fatal = error.code in re.findall(r"^\| `(\w+)` .* fatal, close", PROTOCOL, re.MULTILINE)
    text = messages.encode(messages.error_message(error, is_fatal=is_fatal))
    told = messages.decode_answer(text)
    assert isinstance(told, Error)
    again = reported_error(told)
    assert again == error
    assert type(again) is type(error)
    assert str(again) == error.message


def test_these_are_all_that_the_protocol_knows() -> None:
    assert sorted(error.code for error in RAISED) == sorted(CODES)


def test_the_docstring_draws_what_the_client_adds() -> None:
    drawn = set(re.findall(r"── (\w+)", client_errors.__doc__ or ""))
    added = {
        name
        for name, one in vars(client_errors).items()
        if isinstance(one, type) and issubclass(one, client_errors.ClientConnectionError)
    }
    assert drawn == added | {"ReportedError"}


def test_a_flood_is_told_from_a_message_too_many() -> None:
    fatal = Error(code="rate", message="", fatal=True)
    assert type(reported_error(fatal)) is errors.FloodError


def test_a_code_of_a_later_version_is_still_an_error_with_its_fields() -> None:
    later = Error(code="tired", message="no", field="x", limit=3, fatal=False, retry_ms=1500)
    error = reported_error(later)
    assert type(error) is ReportedError
    assert (error.code, error.field, error.limit, error.retry_after_s) == ("tired", "x", 3, 1.5)


def test_a_full_server_is_one_in_http_too() -> None:
    body = msgspec.json.encode({"error": {"code": "service_unavailable", "message": "full"}})
    error = http_error("ws://a", 503, Headers({"retry-after": "5"}), body)
    assert isinstance(error, errors.CapacityError)
    assert error.retry_after_s == 5


@pytest.mark.parametrize(("status", "waits_s"), [(415, None), (429, 7)])
def test_only_who_came_too_often_is_to_wait(status: int, waits_s: float | None) -> None:
    code = {415: "not_image", 429: "rate"}[status]
    body = msgspec.json.encode({"error": {"code": code, "message": "no"}})
    error = http_error("http://a/predict", status, Headers({"retry-after": "7"}), body)
    assert isinstance(error, ReportedError)
    assert error.retry_after_s == waits_s


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": "no"}'])
def test_what_is_no_server_of_ours_is_named_with_its_status(body: bytes) -> None:
    error = http_error("ws://a/ws", 502, {}, body)
    assert isinstance(error, HTTPRefusalError)
    assert "ws://a/ws: HTTP 502" in str(error)
