"""Fixtures of the integration tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from realtime.recognition.characters.network import CharacterNetwork
from tests.support.engines.scripted_engine import (
    ScriptedEngine,
    running_engine,
)
from tests.support.engines.service import (
    SETTINGS,
)
from tests.support.files import DIGIT_MODEL
from tests.support.samples import ALLOWED_ORIGIN, HIGH_RATE_LIMITS
from tests.support.server import Server, serve


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of `sample_server`."""
    return tmp_path_factory.mktemp("kept") / "kept.db"


@pytest.fixture(scope="module")
def sample_server(file: Path) -> Iterator[Server]:
    """A service of two workers that stores samples and allows one further origin."""
    with serve(
        file.with_name("log"),
        workers=2,
        environment={"INK_KEPT": str(file), "INK_ORIGINS": ALLOWED_ORIGIN, **HIGH_RATE_LIMITS},
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="session")
def float32() -> CharacterNetwork:
    """What engines of these tests answer with: the network of digits in float32.

    The service answers in int8, so that probabilities tell who it was.
    """
    return CharacterNetwork.load(DIGIT_MODEL, precision="float32")


@pytest.fixture
def scripted_engine(float32: CharacterNetwork) -> Iterator[ScriptedEngine]:
    """An engine of digits."""
    with running_engine(ScriptedEngine(network=float32)) as running:
        yield running


@pytest.fixture
def start_service(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts a service that asks engines, given by variable; it ends with the test."""
    with ExitStack() as stack:

        def run(workers: int = 1, **variables: str) -> Server:
            environment = SETTINGS | variables
            return stack.enter_context(
                serve(tmp_path / "log", workers=workers, environment=environment)
            )

        yield run
