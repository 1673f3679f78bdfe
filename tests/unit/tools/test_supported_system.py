"""Tests of what is said of a Python or a system on which the packages are not to be had."""

import re

import pytest

from tests.support.files import ROOT
from tools.supported_system import NEWEST, OLDEST, System, problem, this_system

DEBIAN = System(
    python=(3, 13),
    is_cpython=True,
    is_64_bit=True,
    name="Linux",
    machine="x86_64",
    libc="glibc",
    release=(2, 41),
)
INTEL_MAC = DEBIAN._replace(name="Darwin", libc="", release=(15, 1))


def test_this_system_is_supported() -> None:
    assert problem(this_system()) == ""


@pytest.mark.parametrize("minor", range(11, 15))
@pytest.mark.parametrize(
    "system",
    [
        DEBIAN,
        DEBIAN._replace(machine="aarch64", release=(2, 28)),
        INTEL_MAC,
        INTEL_MAC._replace(machine="arm64", release=(13, 0)),
    ],
    ids=["linux", "linux on ARM", "Mac with Intel", "Mac with Apple silicon"],
)
def test_systems_that_have_all_wheels(system: System, minor: int) -> None:
    assert problem(system._replace(python=(3, minor))) == ""


@pytest.mark.parametrize(
    ("system", "words"),
    [
        (DEBIAN._replace(python=(3, 10)), ["Python 3.10 is too old", "3.11 to 3.14", "PYTHON="]),
        (DEBIAN._replace(python=(3, 15)), ["Python 3.15 is too new", "3.11 to 3.14", "PYTHON="]),
        (DEBIAN._replace(python=(3, 20)), ["Python 3.20 is too new"]),
        (DEBIAN._replace(is_cpython=False), ["CPython"]),
        (DEBIAN._replace(is_64_bit=False), ["32 bits"]),
        (DEBIAN._replace(libc="", release=(0, 0)), ["Alpine", "musl", "python:3.13-slim"]),
        (DEBIAN._replace(release=(2, 27)), ["glibc 2.27", "2.28"]),
        (DEBIAN._replace(machine="armv7l"), ["armv7l", "64-bit"]),
        (DEBIAN._replace(machine="riscv64"), ["riscv64"]),
        (INTEL_MAC._replace(release=(13, 6)), ["macOS 13", "14"]),
        (INTEL_MAC._replace(machine="arm64", release=(12, 7)), ["macOS 12", "13"]),
        (DEBIAN._replace(name="Windows", libc=""), ["Windows", "WSL"]),
        (DEBIAN._replace(name="FreeBSD", libc=""), ["FreeBSD", "Linux"]),
    ],
)
def test_a_sentence_says_what_is_wrong_and_what_to_do(system: System, words: list[str]) -> None:
    for word in words:
        assert word in problem(system)


def test_the_versions_are_those_that_the_project_states() -> None:
    oldest, newest = (f"{major}.{minor}" for major, minor in (OLDEST, NEWEST))
    assert f'requires-python = ">={oldest}"' in (ROOT / "pyproject.toml").read_text()
    for file in ("README.md", "Makefile"):
        text = (ROOT / file).read_text()
        assert re.search(rf"{oldest}\s+to\s+{newest}", text), file
