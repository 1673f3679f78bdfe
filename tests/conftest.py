"""Fixtures of all tests, their order, and the option `--robustness`."""

import asyncio
import gzip
import json
import os
from collections.abc import Iterator
from types import ModuleType

import pytest

from realtime.config import Settings
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import Recognizers
from realtime.recognition.registry import ModelRegistry, ModelSource
from tests.support.drawing import LabelledStrokes
from tests.support.files import DATA, DIGIT_MODEL, NO_DATA, WEIGHTS
from tests.support.received_messages import RECEIVED_MESSAGES
from tests.support.robustness_table import RobustnessTable
from tests.support.server import Server, serve

ROBUSTNESS_TABLE = pytest.StashKey[RobustnessTable]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--robustness",
        action="store_true",
        help="write what was tried to tests/robustness/ROBUSTNESS.md",
    )


def pytest_configure(config: pytest.Config) -> None:
    # Which file of a network is the fastest depends on the processor, and where both take about as
    # long on chance. Answers are compared with those of the served file, int8, so that services
    # run that one, too.
    os.environ.setdefault("INK_PRECISION", "int8")
    config.stash[ROBUSTNESS_TABLE] = RobustnessTable()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    # The table of a run that failed would be incomplete.
    if session.config.getoption("--robustness") and exitstatus == pytest.ExitCode.OK:
        session.config.stash[ROBUSTNESS_TABLE].write()


# The files that take longest run first. At the end they would keep one worker busy while the others
# have nothing left to do.
LONGEST = [
    "test_train.py",
    "test_compression.py",
    "test_train_lines.py",
    "test_soak.py",
    "test_flow.py",
    "test_page_quality.py",
    "test_conformance.py",
    "test_fuzz.py",
    "test_faults.py",
    "test_failover.py",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: (
            LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST)
        )
    )


@pytest.fixture(scope="session", autouse=True)
def watched_clients() -> Iterator[None]:
    """All that clients receive from the service is checked."""
    with RECEIVED_MESSAGES.watching_clients():
        yield


@pytest.fixture(autouse=True)
def checked_messages() -> Iterator[None]:
    """Fails a test in which a message of the service was not as its schema says."""
    yield
    violations = RECEIVED_MESSAGES.violations.copy()
    RECEIVED_MESSAGES.violations.clear()
    assert not violations, violations[:5]


@pytest.fixture(autouse=True)
def own_event_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests without a browser run event loops of their own.

    Playwright's is left running in this thread by the browser that all tests share, and asyncio
    refuses to run a second one there.
    """
    of_playwright = asyncio._get_running_loop()
    if of_playwright is None or "browser" in request.fixturenames:
        yield
        return
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(of_playwright)


@pytest.fixture(scope="session")
def robustness(request: pytest.FixtureRequest) -> RobustnessTable:
    """The table to which a test adds what it has tried and what happened."""
    return request.config.stash[ROBUSTNESS_TABLE]


@pytest.fixture(scope="session")
def scale(request: pytest.FixtureRequest) -> float:
    """The share of the full number of tries that a test makes."""
    return 1.0 if request.config.getoption("--robustness") else 0.02


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The default settings."""
    return Settings()


@pytest.fixture(scope="session")
def recognizer() -> CharacterRecognizer:
    """The recognizer of the repository's weights."""
    return CharacterRecognizer.load(DIGIT_MODEL)


@pytest.fixture(scope="session")
def recognizers() -> Recognizers:
    """All recognizers of the repository's weights, by task, each with the file that is served."""
    return ModelRegistry.load(ModelSource(WEIGHTS, "int8")).by_task


@pytest.fixture(scope="session")
def tensorflow() -> ModuleType:
    """TensorFlow, for tests that train and export; they are skipped where there is none.

    They load it, and whatever loads it, when they run: each process that runs tests collects all of
    them, and would need five seconds and half a gigabyte for it.
    """
    loaded: ModuleType = pytest.importorskip(
        "tensorflow", reason="there is no TensorFlow for this Python"
    )
    return loaded


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service with two workers, for tests that leave its state unchanged."""
    with serve(tmp_path_factory.mktemp("server") / "log", workers=2) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="session")
def validation_samples() -> list[LabelledStrokes]:
    """500 digits of the validation writers, evenly sampled from both sources."""
    files = [DATA / f"{name}.val.ndjson.gz" for name in ("pendigits", "unipen-digits")]
    if not all(file.exists() for file in files):
        pytest.skip(NO_DATA)
    samples = []
    for file in files:
        with gzip.open(file, "rt") as lines:
            every = [json.loads(line) for line in lines]
        samples += [
            LabelledStrokes(one["label"], one["strokes"])
            for one in every[:: len(every) // 250][:250]
        ]
    return samples
