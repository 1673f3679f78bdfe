"""What deploys the service: its files, and what they say of settings, ports and times."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from realtime.config import Settings, variable_name
from tests.support.files import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = ROOT / "compose.yaml"
DOCKERFILE = ROOT / "Dockerfile"
KUBERNETES = DEPLOY / "k8s"
TEXTS = (".yaml", ".yml", ".conf", ".env", ".service", ".socket", ".md")

Document = dict[str, Any]

_VARIABLE = re.compile(r"\bINK_[A-Z][A-Z_]*[A-Z]\b")


def known_variables() -> set[str]:
    """The environment variables of all settings."""
    groups = [group.type for group in msgspec.structs.fields(Settings)]
    return {
        variable_name(getattr(group, one.name))
        for group in groups
        for one in msgspec.structs.fields(group)
    }


def deployment_files() -> Iterator[Path]:
    """Files that configure the service for others."""
    yield from (COMPOSE, DOCKERFILE, ROOT / "docs" / "deployment.md")
    yield from (file for file in sorted(DEPLOY.rglob("*")) if file.suffix in TEXTS)


def variables_in(file: Path) -> set[str]:
    """The variables with our prefix that a file names."""
    return set(_VARIABLE.findall(file.read_text()))


def documents(file: Path) -> list[Document]:
    """The documents of a YAML file."""
    return list(yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader))


def literals(*files: Path) -> dict[str, str]:
    """The settings that kustomizations generate, the later over the earlier."""
    pairs = [
        literal.split("=", 1)
        for file in files
        for generator in documents(file)[0].get("configMapGenerator", [])
        for literal in generator["literals"]
    ]
    return {name: value for name, value in pairs}  # noqa: C416  # of pairs that are lists


def seconds(text: str) -> float:
    """A duration as compose and systemd write it, in seconds."""
    return float(text.removesuffix("s"))
