"""Tests of a service that loads only some of its models (`INK_MODELS`)."""

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.drawing import SEVEN, open_session
from tests.support.line_ink import written_points
from tests.support.server import Server, serve


@pytest.fixture(scope="module")
def line_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service that reads lines alone."""
    with serve(tmp_path_factory.mktemp("lines") / "log", INK_MODELS="line") as running:
        yield running
        assert "Traceback" not in running.log, running.log


def test_only_what_is_named_is_loaded_and_told(line_server: Server) -> None:
    assert re.findall(r"model (\w+) \S+ loaded for (.+?):", line_server.log) == [("lines", "line")]
    with open_session(line_server.ws) as client:
        assert client.ready["recognizers"].keys() == {"line"}
        assert client.ready["model"] == client.ready["recognizers"]["line"]
        assert not client.ready["teaches"]
    with urllib.request.urlopen(f"{line_server.http}/readyz", timeout=30) as response:  # noqa: S310
        state = json.load(response)
    assert state["recognizers"].keys() == {"line"}
    assert state["network"] == state["recognizers"]["line"]["network"]


@pytest.mark.parametrize("config", [None, {}, {"recognize": "line"}])
def test_who_asks_for_nothing_gets_the_first_that_is_named(
    line_server: Server, config: dict[str, str] | None
) -> None:
    with open_session(line_server.ws) as client:
        if config is not None:
            client.send({"type": "config", **config})
        assert client.draw(written_points("2075"))["text"] == "2075"


def test_what_is_not_loaded_is_refused_with_what_is(line_server: Server) -> None:
    with open_session(line_server.ws) as client:
        client.send({"type": "config", "recognize": "digit"})
        error = client.receive()
        assert (error["code"], error["field"]) == ("bad_message", "recognize")
        assert error["message"].endswith("'digit' is not one of what this server reads, line")
        assert not error["fatal"]
        assert client.draw(SEVEN)["text"] == "7"


@pytest.mark.parametrize("named", ["poem", "digit poem"])
def test_what_there_is_no_model_for_stops_the_start(tmp_path: Path, named: str) -> None:
    with (
        pytest.raises(RuntimeError, match=r"not started: INK_MODELS: .*'poem'") as caught,
        serve(tmp_path / "log", INK_MODELS=named),
    ):
        pass
    assert re.search(r"is not one of what it reads, digit line\b", str(caught.value))
    assert "Traceback" not in str(caught.value)
