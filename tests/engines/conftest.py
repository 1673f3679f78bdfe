"""Fixtures of tests that need inference engines; `make engines` runs them, no other command."""

import os
from pathlib import Path

import pytest

from tests.support.engines import environments
from tests.support.engines.machines import is_in_namespace
from tests.support.files import ROOT

# `make engines` sets it: these tests need minutes, environments of their own, and a network
# namespace, and are left out of all other runs.
collect_ignore_glob = [] if os.environ.get("INK_TEST_ENGINES") else ["test_*.py"]


@pytest.fixture(scope="session", autouse=True)
def _namespace() -> None:
    # Ray listens on all addresses.
    if not is_in_namespace():
        pytest.exit("these tests run in a network namespace of their own: `make engines`")


@pytest.fixture(scope="session")
def exported() -> Path:
    """The folder that `make export` has written."""
    folder = ROOT / "build" / "engines"
    assert (folder / "models").is_dir(), "nothing is exported: `make export`"
    return folder


@pytest.fixture(scope="session", autouse=True)
def _environments() -> None:
    missing = [one for one in environments.ENGINES if not environments.python_of(one).exists()]
    assert not missing, f"not installed: {missing}; `make engines` does it"
