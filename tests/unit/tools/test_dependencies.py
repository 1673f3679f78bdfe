"""Tests that pyproject.toml, the lock files and docs/dependencies.md agree."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.support.files import ROOT
from tools.dependencies import (
    DEPENDENCIES_FILE,
    EVERYTHING,
    SERVING,
    THIS_PROJECT,
    direct,
    locked,
    table_rows,
)

LOCKS = pytest.mark.parametrize("file", [SERVING, EVERYTHING], ids=lambda file: file.name)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SERVING_REQUIREMENTS: list[str] = PROJECT["project"]["dependencies"]
GROUPS: dict[str, list[str]] = PROJECT["dependency-groups"]


def pinned(file: Path) -> set[tuple[str, str]]:
    """Names and versions of a lock file."""
    return {(pin.name, pin.version) for pin in locked(file)}


def test_every_direct_dependency_has_an_exact_version_and_a_reason() -> None:
    assert [package.requirement for package in direct()] == sum(
        GROUPS.values(), SERVING_REQUIREMENTS
    )


@pytest.mark.parametrize(
    ("file", "groups"), [(SERVING, []), (EVERYTHING, [*GROUPS])], ids=["serving", "everything"]
)
def test_requirements_are_locked_in_their_version(file: Path, groups: list[str]) -> None:
    requirements = SERVING_REQUIREMENTS + [
        requirement for group in groups for requirement in GROUPS[group]
    ]
    asked = {
        (package.name, package.version)
        for package in direct()
        if package.requirement in requirements
    }
    assert asked <= pinned(file)
    assert {name for name, _ in asked} == {
        pin.name for pin in locked(file) if THIS_PROJECT in pin.needed_by
    }


@LOCKS
def test_every_line_is_a_package_with_its_hashes(file: Path) -> None:
    lines = [line for line in file.read_text().splitlines() if not line.startswith((" ", "#"))]
    assert [line.split("==")[0] for line in lines] == [pin.name for pin in locked(file)]
    assert all(pin.hashes >= 1 for pin in locked(file))


@LOCKS
def test_no_line_says_where_to_download(file: Path) -> None:
    text = file.read_text()
    assert not re.search(
        r"://|--(?:index|extra-index|find-links)|\b[a-z0-9-]+\.(?:org|com|net|io|dev)\b|\B/[a-z]+/",
        text,
    )


def test_serving_is_tested_in_the_versions_that_serve() -> None:
    names = {pin.name for pin in locked(SERVING)}
    assert {(name, version) for name, version in pinned(EVERYTHING) if name in names} == pinned(
        SERVING
    )


def test_serving_pulls_in_no_training() -> None:
    assert not {pin.name for pin in locked(SERVING)} & {"tensorflow", "keras", "scipy", "pytest"}


def test_the_document_lists_what_serving_pulls_in() -> None:
    documented = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in DEPENDENCIES_FILE.read_text().splitlines()
        if line.startswith("| ")
    ]
    # Licences are not compared, because a package for some versions of Python only may have been
    # missing when the document was written.
    assert [(*row[:2], *row[3:]) for row in documented[2:]] == [
        (*row[:2], *row[3:]) for row in table_rows(SERVING)
    ]
    assert "not stated" not in DEPENDENCIES_FILE.read_text()
