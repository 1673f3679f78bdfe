"""What a lock file pulls in: each package with its version, its licence, who needs it, and what for.

`python -m tools.dependencies` writes docs/dependencies.md, about what serving needs; `python -m tools.dependencies FILE` prints FILE's.
Versions and who needs whom are read from the lock file, the reasons from pyproject.toml, the licences from the installed packages.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import NamedTuple

from tests.support.files import ROOT

SERVING = ROOT / "requirements-serve.txt"
EVERYTHING = ROOT / "requirements.txt"
DOCUMENT = ROOT / "docs" / "dependencies.md"
HEADING = """# What serving pulls in

`make lock` writes this from `requirements-serve.txt`, which pins it all by hash; `make audit` lists training and tests too, and known
vulnerabilities. Licences are what each package says of itself. Windows, which is not supported, would need a few more.

"""
COLUMNS = ("package", "version", "licence", "needed by", "what for")
THIS_PROJECT = "this project"
NOT_INSTALLED = "(not for the Python that wrote this)"

# Both are written in one way only, by uv and by us. The test holds them to it, so that nothing is passed over.
LOCKED = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
    r"    # via (?P<via>.+)$",
    re.MULTILINE,
)
DIRECT = re.compile(
    r"""^    (?P<quote>["'])(?P<requirement>(?P<name>[a-z0-9-]+)(?:\[[a-z,]+\])?==(?P<version>[^\s;"']+).*)(?P=quote),"""
    r""" +# (?P<reason>.+)$""",
    re.MULTILINE,
)


class Pin(NamedTuple):
    """One package of a lock file; `marker` says where it is needed, and is empty for everywhere."""

    name: str
    version: str
    marker: str
    hashes: int
    needed_by: tuple[str, ...]


class Direct(NamedTuple):
    """One package that pyproject.toml asks for; `requirement` is all that stands between the quotes."""

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
    """All packages that pyproject.toml asks for, of all groups, each with the reason that is written after it."""
    text = (ROOT / "pyproject.toml").read_text()
    return [
        Direct(found["requirement"], found["name"], found["version"], found["reason"])
        for found in DIRECT.finditer(text)
    ]


def licence(pin: Pin) -> str:
    """The licence that the installed package states; the oldest of the three ways to state it may hold the whole text, and is left then."""
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
    """Write the document, or print the table of the lock file that is named."""
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
        DOCUMENT.write_text(HEADING + "".join(f"| {' | '.join(row)} |\n" for row in lines))


if __name__ == "__main__":
    main()
