"""Fixtures of the tests of engines: an engine on a real socket, and clients of it."""

from collections.abc import Callable, Iterator

import pytest

from realtime.engines.client import EngineClient
from realtime.recognition.characters.network import CharacterNetwork
from realtime.setting_formats import EngineURL
from tests.support.engines.scripted_engine import (
    ScriptedEngine,
    running_engine,
)
from tests.support.engines.transcripts import identity_of
from tests.support.files import WEIGHTS

PATIENT_S = 30.0


@pytest.fixture
def new_client() -> Iterator[Callable[..., EngineClient]]:
    """Makes clients without TLS, which are closed after the test."""
    clients = []

    def make(url: str, deadline_s: float = PATIENT_S) -> EngineClient:
        clients.append(EngineClient(EngineURL(url), None, identity_of(), deadline_s))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def network() -> CharacterNetwork:
    """What engines of tests answer with."""
    return CharacterNetwork.load(WEIGHTS / "digits", precision="float32")


@pytest.fixture
def engine(network: CharacterNetwork) -> Iterator[ScriptedEngine]:
    """An engine that answers as it should, until a test says otherwise."""
    with running_engine(ScriptedEngine(network=network)) as running:
        yield running
