"""Lists what a lock file pulls in: version, licence, dependants and reason of each package.

`python -m tools.dependencies` writes docs/dependencies.md about what serving needs; `python -m
tools.dependencies FILE` prints a table of another lock file. Versions and dependants are read from
the lock file, reasons from pyproject.toml, licences from the installed packages.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import NamedTuple

from tests.support.files import ROOT

SERVING = ROOT / "requirements-serve.txt"
EVERYTHING = ROOT / "requirements.txt"
DEPENDENCIES_FILE = ROOT / "docs" / "dependencies.md"
HEADING = """# What serving pulls in

`make lock` writes this from `requirements-serve.txt`, which pins all of it by hash; `make audit`
lists training and tests too, and known vulnerabilities. Licences are what each package states.
Windows, which is not supported, would need a few more packages.

"""
COLUMNS = ("package", "version", "licence", "needed by", "what for")
THIS_PROJECT = "this project"
NOT_INSTALLED = "(not for the Python that wrote this)"

# Both files are written in one format only, by uv and by this project. The test asserts that, so
# that no line is skipped.
LOCKED = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
    r"    # via (?P<via>.+)$",
    re.MULTILINE,
)
DIRECT = re.compile(
    r"""^    (?P<quote>["'])(?P<requirement>(?P<name>[a-z0-9-]+)(?:\[[a-z,]+\])?"""
    r"""==(?P<version>[^\s;"']+).*)(?P=quote),"""
    r""" +# (?P<reason>.+)$""",
    re.MULTILINE,
)


class Pin(NamedTuple):
    """A package of a lock file; `marker` says where it is needed, and is empty for everywhere."""

    name: str
    version: str
    marker: str
    hashes: int
    needed_by: tuple[str, ...]


class Direct(NamedTuple):
    """A package that pyproject.toml requires; `requirement` is the text between the quotes."""

    requirement: str
    name: str
    version: str
    reason: str


def locked(file: Path) -> list[Pin]:
    """All packages of a lock file, in its order."""
    return [
        Pin(
            found["name"],
            found["version"],
            found["marker"] or "",
            found["hashes"].count("--hash="),
            tuple(
                re.sub(r"^realtime-handwriting \(.+\)$", THIS_PROJECT, name)
                for name in found["via"].split(", ")
            ),
        )
        for found in LOCKED.finditer(file.read_text())
    ]


def direct() -> list[Direct]:
    """All packages that pyproject.toml requires, in all groups, with their reasons."""
    text = (ROOT / "pyproject.toml").read_text()
    return [
        Direct(found["requirement"], found["name"], found["version"], found["reason"])
        for found in DIRECT.finditer(text)
    ]


def licence(pin: Pin) -> str:
    """The licence that the installed package states.

    The `License` field, the oldest of three ways to state it, may hold the whole text, and is
    ignored then.
    """
    try:
        if version(pin.name) != pin.version:
            return NOT_INSTALLED
    except PackageNotFoundError:
        return NOT_INSTALLED
    package = metadata(pin.name)
    named = [name for name in package.get_all("License", []) if "\n" not in name]
    classified = [
        name.rpartition(" :: ")[2]
        for name in package.get_all("Classifier", [])
        if name.startswith("License :: ")
    ]
    return next(
        iter([*package.get_all("License-Expression", []), *named, *classified]), "not stated"
    )


def table_rows(file: Path) -> list[tuple[str, ...]]:
    """A row for each package of a lock file, in the order of COLUMNS."""
    reasons = {(package.name, package.version): package.reason for package in direct()}
    return [
        (
            f"{pin.name} ({pin.marker})" if pin.marker else pin.name,
            pin.version,
            licence(pin),
            ", ".join(pin.needed_by),
            reasons.get((pin.name, pin.version), "") if THIS_PROJECT in pin.needed_by else "",
        )
        for pin in locked(file)
        if "win32" not in pin.marker
    ]


def main() -> None:
    """Write the document, or print the table of the named lock file."""
    if sys.argv[1:]:
        table = [COLUMNS, *table_rows(Path(sys.argv[1]))]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            print(
                "  ".join(
                    cell.ljust(width) for cell, width in zip(row, widths, strict=True)
                ).rstrip()
            )
    else:
        lines = [COLUMNS, ("---",) * len(COLUMNS), *table_rows(SERVING)]
        DEPENDENCIES_FILE.write_text(HEADING + "".join(f"| {' | '.join(row)} |\n" for row in lines))


if __name__ == "__main__":
    main()
