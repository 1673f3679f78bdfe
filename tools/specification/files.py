"""The files that are written from the code: both specifications, and the page that shows them."""

import json
from pathlib import Path

import yaml

from realtime.specification.asyncapi import asyncapi_document
from realtime.specification.openapi import openapi_document
from tests.support.files import ROOT
from tools.specification.changes import Promises, promises
from tools.specification.conversations import examples
from tools.specification.reference import reference_page

OPENAPI_FILE = ROOT / "docs" / "openapi.json"
ASYNCAPI_FILE = ROOT / "docs" / "asyncapi.yaml"
REFERENCE_FILE = ROOT / "docs" / "reference.md"

# The specifications of the last release, and what was added since.
RELEASED = ROOT / "docs" / "released"
ADDED_FILE = RELEASED / "added.md"
ADDED_HEADER = """\
# Added to the specifications since the last release

Each line names what is new, as the test says it, and why. Nothing may be removed or narrowed.
`python -m tools.specification --release` makes what there is now the last release.

| new | why |
|---|---|
"""

_NOTICE = "# Written by `make specification` from realtime/protocol/; change that instead.\n"


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML has no types
    """Writes columns of numbers in one line, and everything where it is used, without anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # PyYAML's own signature
        return True


def _represent_list(dumper: yaml.SafeDumper, values: list[object]) -> yaml.Node:
    is_plain = all(isinstance(value, int | float | str) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=is_plain)


_Dumper.add_representer(list, _represent_list)


def release() -> list[Path]:
    """Take the specifications as they are written for those of the last release."""
    RELEASED.mkdir(exist_ok=True)
    for path in (OPENAPI_FILE, ASYNCAPI_FILE):
        (RELEASED / path.name).write_bytes(path.read_bytes())
    ADDED_FILE.write_text(ADDED_HEADER)
    return sorted(RELEASED.iterdir())


def read_promises(folder: Path) -> Promises:
    """What the specifications in a folder promise."""
    openapi = json.loads((folder / OPENAPI_FILE.name).read_text())
    return promises(openapi, yaml.safe_load((folder / ASYNCAPI_FILE.name).read_text()))


def listed_additions() -> list[str]:
    """What was added since the last release, as people have listed it."""
    rows = ADDED_FILE.read_text().removeprefix(ADDED_HEADER).splitlines()
    return sorted(row.split("|")[1].strip() for row in rows if row.startswith("|"))


def written_files() -> dict[Path, str]:
    """The text of each file."""
    openapi, asyncapi = openapi_document(), asyncapi_document(examples())
    dumped = yaml.dump(asyncapi, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=98)
    return {
        OPENAPI_FILE: json.dumps(openapi, indent=1, ensure_ascii=False) + "\n",
        ASYNCAPI_FILE: _NOTICE + dumped,
        REFERENCE_FILE: reference_page(openapi, asyncapi),
    }
