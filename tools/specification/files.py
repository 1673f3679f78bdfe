"""The files that are written from the code: both specifications, and the page that shows them."""

import json
from pathlib import Path

import yaml

from realtime.specification.asyncapi import asyncapi_document
from realtime.specification.openapi import openapi_document
from tests.support.files import ROOT
from tools.specification.conversations import examples
from tools.specification.reference import reference_page

OPENAPI_FILE = ROOT / "docs" / "openapi.json"
ASYNCAPI_FILE = ROOT / "docs" / "asyncapi.yaml"
REFERENCE_FILE = ROOT / "docs" / "reference.md"

_NOTICE = "# Written by `make specification` from realtime/protocol/; change that instead.\n"


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML has no types
    """Writes columns of numbers in one line, and everything where it is used, without anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # PyYAML's own signature
        return True


def _represent_list(dumper: yaml.SafeDumper, values: list[object]) -> yaml.Node:
    is_plain = all(isinstance(value, int | float | str) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=is_plain)


_Dumper.add_representer(list, _represent_list)


def written_files() -> dict[Path, str]:
    """The text of each file."""
    openapi, asyncapi = openapi_document(), asyncapi_document(examples())
    dumped = yaml.dump(asyncapi, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=98)
    return {
        OPENAPI_FILE: json.dumps(openapi, indent=1, ensure_ascii=False) + "\n",
        ASYNCAPI_FILE: _NOTICE + dumped,
        REFERENCE_FILE: reference_page(openapi, asyncapi),
    }
