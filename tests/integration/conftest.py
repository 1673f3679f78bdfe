"""Fixtures of the integration tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
