"""The service with an engine that runs the network of letters and signs."""

from collections.abc import Callable, Iterator

import pytest

from realtime.recognition.characters.network import CharacterNetwork
from tests.support.drawing import Client, open_session
from tests.support.engines.scripted_engine import ScriptedEngine, running_engine
from tests.support.engines.service import readiness, wait_for_change
from tests.support.files import CHARACTER_MODEL
from tests.support.metrics import read_metrics
from tests.support.pens import WRITING_STYLES, write_glyph
from tests.support.server import Server

Start = Callable[..., Server]


@pytest.fixture
def engine() -> Iterator[ScriptedEngine]:
    """An engine that runs the network in float32."""
    network = CharacterNetwork.load(CHARACTER_MODEL, precision="float32")
    with running_engine(ScriptedEngine("characters", network)) as running:
        yield running


def read(client: Client, characters: str) -> str:
    """What is read where these are drawn, each on an empty canvas."""
    labels = ""
    for character in characters:
        client.ask("clear")
        strokes = write_glyph(character, WRITING_STYLES["neat"], character)
        answer = client.draw([[(x, y) for x, y, _, _ in stroke.points] for stroke in strokes])
        labels += answer["top"][0]["label"]
    return labels


def test_the_engine_reads_letters_and_nothing_else(
    start_service: Start, engine: ScriptedEngine
) -> None:
    server = start_service(INK_CHARACTER_ENGINE=engine.url)
    wait_for_change(server, "up")
    with open_session(server.ws) as client:
        recognizers = client.ready["recognizers"]
        assert recognizers["character"]["engine"] == "up"
        assert "engine" not in recognizers["digit"]
        assert "engine" not in recognizers["line"]
        client.send({"type": "config", "recognize": "character"})
        assert read(client, "ARk?") == "ARk?"
    # A stroke each at least; those that wait share a request.
    assert sum(map(len, engine.requests)) >= 4
    seen = read_metrics(server)
    assert seen["ink_engine_local_answers_total{recognizer=character}"] == 0
    assert seen["ink_engine_up{recognizer=character}"] == 1
    assert "ink_engine_up{recognizer=digit}" not in seen


def test_letters_are_read_while_it_is_away(start_service: Start, engine: ScriptedEngine) -> None:
    with running_engine(ScriptedEngine("characters", engine.network)) as away:
        pass
    server = start_service(INK_CHARACTER_ENGINE=away.url)
    assert "INK_CHARACTER_ENGINE=" in server.log
    with open_session(server.ws) as client:
        assert client.ready["recognizers"]["character"]["engine"] == "down"
        client.send({"type": "config", "recognize": "character"})
        assert read(client, "ARk?") == "ARk?"
    [missing] = readiness(server)["missing"]
    assert missing.startswith("the engine of character")
    assert missing.endswith("the local network answers")


def test_an_engine_of_another_network_stops_the_start(start_service: Start) -> None:
    with running_engine() as digits:
        refusal = "not started: INK_CHARACTER_ENGINE=.* expected an engine that serves the model"
        with pytest.raises(RuntimeError, match=refusal):
            start_service(INK_CHARACTER_ENGINE=digits.url)
