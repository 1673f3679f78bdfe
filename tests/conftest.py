"""What tests share: a recognizer, a real service, a real WebSocket client, a real browser."""

import gzip
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from realtime.config import Config
from realtime.recognizer import Recognizer
from tests.support.browser import running_chromium
from tests.support.drawing import LabelledStrokes
from tests.support.files import DATA, NO_DATA, WEIGHTS
from tests.support.page import Device, Visitor, expect_answer, new_visitor, open_page, scripted_strokes
from tests.support.robustness_table import RobustnessTable
from tests.support.server import Server, serve
from tests.support.third_party_site import ThirdPartySite, serve_third_party_site

table = pytest.StashKey[RobustnessTable]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--robustness",
        action="store_true",
        help="write what was tried to tests/robustness/ROBUSTNESS.md",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[table] = RobustnessTable()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    # A table of a run that failed, or of half the tests, would say what is not so.
    if session.config.getoption("--robustness") and exitstatus == pytest.ExitCode.OK:
        session.config.stash[table].write()


# Longest of all; the last of these files would be alone for a while if it came at the end.
LONGEST = [
    "test_train.py",
    "test_soak.py",
    "test_flow.py",
    "test_page_quality.py",
    "test_conformance.py",
    "test_fuzz.py",
    "test_faults.py",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: (
            LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST)
        )
    )


@pytest.fixture(scope="session")
def robustness(request: pytest.FixtureRequest) -> RobustnessTable:
    """Where a test says what it has tried and what happened."""
    return request.config.stash[table]


@pytest.fixture(scope="session")
def scale(request: pytest.FixtureRequest) -> float:
    """Of the whole number of tries, how many."""
    return 1.0 if request.config.getoption("--robustness") else 0.02


@pytest.fixture(scope="session")
def config() -> Config:
    return Config()


@pytest.fixture(scope="session")
def recognizer() -> Recognizer:
    return Recognizer.load(WEIGHTS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service with two workers; for tests that leave it as it was."""
    with serve(tmp_path_factory.mktemp("server") / "log", workers=2) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with running_chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The page, connected."""
    with open_page(browser, server.http) as page:
        yield page


@pytest.fixture
def page_with_seven(page: Page) -> Page:
    """A page on which somebody has written a 7."""
    for stroke in scripted_strokes("7-plain"):
        Device(page).write(stroke)
    expect_answer(page, "final", "7")
    return page


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """A browser without a past, with all its tabs."""
    with new_visitor(browser) as running:
        yield running


@pytest.fixture(scope="session")
def third_party_site() -> Iterator[ThirdPartySite]:
    """A site of somebody else."""
    with serve_third_party_site() as running:
        yield running


@pytest.fixture(scope="session")
def embeddable_server(third_party_site: ThirdPartySite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service, which lets pages of `theirs` in."""
    with serve(tmp_path_factory.mktemp("ours") / "log", INK_ORIGINS=third_party_site.origin) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="session")
def validation_samples() -> list[LabelledStrokes]:
    """500 digits of the validation writers, evenly taken from both sources."""
    files = [DATA / f"{name}.val.ndjson.gz" for name in ("pendigits", "unipen-digits")]
    if not all(file.exists() for file in files):
        pytest.skip(NO_DATA)
    samples = []
    for file in files:
        with gzip.open(file, "rt") as lines:
            every = [json.loads(line) for line in lines]
        samples += [
            LabelledStrokes(one["label"], one["strokes"]) for one in every[:: len(every) // 250][:250]
        ]
    return samples
