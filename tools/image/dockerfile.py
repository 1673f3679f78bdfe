"""The stages of the Dockerfile, read by dockerfile-parse, with variables filled in.

Only what the project's own Dockerfile uses is understood; anything else is an error.
"""

import io
import json
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from dockerfile_parse import DockerfileParser

# What configures a container without doing anything while the image is built.
SETTINGS = ("CMD", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL")


@dataclass(frozen=True)
class Step:
    """One instruction: its name, the rest of its line, and the number of that line."""

    instruction: str
    value: str
    line: int


@dataclass
class Stage:
    """What a `FROM` begins: the image below it, a name if it has one, and the steps."""

    base: str
    name: str
    steps: list[Step] = field(default_factory=list)

    def setting(self, instruction: str) -> str:
        """The value of the last instruction of a kind.

        Raises:
            LookupError: there is none.
        """
        for step in reversed(self.steps):
            if step.instruction == instruction:
                return step.value
        raise LookupError(f"the last stage has no {instruction}")


def read_stages(file: Path) -> list[Stage]:
    """The stages of a Dockerfile, in order."""
    parser = DockerfileParser(fileobj=io.BytesIO(file.read_bytes()))
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    for one in parser.structure:
        step = Step(one["instruction"], one["value"], one["startline"] + 1)
        if step.instruction == "ARG":
            name, _, value = step.value.partition("=")
            arguments[name] = value
        elif step.instruction == "FROM":
            base, *named = Template(step.value).substitute(arguments).split()
            stages.append(Stage(base, named[1] if named else str(len(stages))))
        elif step.instruction != "COMMENT":
            stages[-1].steps.append(step)
    return stages


def assignments(value: str, environment: dict[str, str]) -> dict[str, str]:
    """The variables that an `ENV` sets, given those that there are."""
    pairs = (word.partition("=") for word in shlex.split(value))
    return {name: Template(text).substitute(environment) for name, _, text in pairs}


def exec_form(value: str) -> list[str]:
    """The words of a command in its exec form, after the options and `CMD` of a health check.

    Raises:
        ValueError: it is in the shell form, in which the shell would get the signals.
    """
    words = value[value.index("[") :] if "[" in value else value
    command: list[str] = json.loads(words)
    return command
