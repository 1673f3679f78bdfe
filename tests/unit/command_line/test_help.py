"""Tests of what the command line says of itself, and of how little it loads to say so."""

import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from realtime.command_line.options import INK_FORMATS, TASKS
from realtime.command_line.program import COMMANDS, program
from realtime.formats.writing import SUFFIXES
from realtime.recognition import tasks
from tests.support.files import ROOT

DOCUMENT = ROOT / "docs" / "command-line.md"
HEAVY = ("numpy", "cv2", "flask", "gevent", "gunicorn", "lxml", "websockets", "ai_edge_litert")


def command(name: str) -> click.Command:
    found = program.get_command(click.Context(program), name)
    assert found is not None
    return found


def help_of(*arguments: str) -> str:
    """What `--help` prints, in one line."""
    done = CliRunner().invoke(program, [*arguments, "--help"])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def options(name: str) -> dict[str, click.Option]:
    """The options of a command by their first name, but for those that are hidden."""
    return {
        one.opts[0]: one
        for one in command(name).params
        if isinstance(one, click.Option) and not one.hidden and one.name != "help"
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_says_what_each_argument_is(name: str) -> None:
    text = help_of(name)
    for one in command(name).params:
        assert isinstance(one, click.Argument | click.Option)
        if getattr(one, "hidden", False):
            continue
        words = (one.help or "").split()
        assert len(words) >= 3, f"{name}: {one.name} is not explained"
        # Its name and what it means stand side by side.
        shown = one.opts[0] if isinstance(one, click.Option) else one.metavar or ""
        assert re.search(re.escape(shown) + r"[^.]*" + re.escape(words[0]), text), one.name
    description = command(name).help or ""
    assert len(description.split()) >= 5
    assert command(name).get_short_help_str(60).endswith(".")


def test_the_list_names_every_command_and_says_what_it_does() -> None:
    listed = CliRunner().invoke(program, ["--help"])
    rows = re.findall(
        r"^  ([a-z]+)  +(\S.*)$", listed.output.partition("Commands:")[2], re.MULTILINE
    )
    assert [name for name, _ in rows] == list(COMMANDS)
    assert not [text for _, text in rows if text.endswith("...")]
    bare = CliRunner().invoke(program, [])
    assert bare.exit_code == 2
    assert "Commands:" in bare.output


def test_the_document_lists_the_commands_and_options_that_there_are() -> None:
    sections = re.split(r"^## ", DOCUMENT.read_text(), flags=re.MULTILINE)[1:]
    documented = {
        name: set(re.findall(r"^\| `(--[a-z-]+)", text, re.MULTILINE))
        for name, _, text in (section.partition("\n") for section in sections)
        if name in COMMANDS
    }
    assert list(documented) == list(COMMANDS)
    for name, found in documented.items():
        assert found == options(name).keys(), name
    for name in COMMANDS:
        metavars = [
            (one.metavar or "").strip("[].").replace("]", "")
            for one in command(name).params
            if isinstance(one, click.Argument)
        ]
        [section] = [one for one in sections if one.startswith(f"{name}\n")]
        rows = re.findall(r"^\| `([A-Z][A-Za-z.]+)…?` \|", section, re.MULTILINE)
        assert rows == metavars, name


def test_examples_in_the_documents_have_commands_and_options_that_there_are() -> None:
    example = re.compile(
        r"(?:realtime-handwriting|-m\s+realtime) +(?P<name>[a-z]+)(?P<rest>[^`\n]*)"
    )
    found = 0
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for match in example.finditer(path.read_text()):
            name = match["name"]
            assert name in COMMANDS, f"{path.name}: {match[0]}"
            known = {option for one in command(name).params for option in one.opts}
            rest = match["rest"].partition("#")[0].partition("|")[0]
            assert set(re.findall(r"--[a-z-]+", rest)) <= known, f"{path.name}: {match[0]}"
            found += 1
    assert found > 15


def test_what_can_be_chosen_is_what_there_is() -> None:
    assert set(TASKS) == set(tasks.TASKS)
    assert set(INK_FORMATS) == {ink_format.value for ink_format in SUFFIXES}


@pytest.mark.parametrize("arguments", [[], *([name] for name in COMMANDS)])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = f"""if True:
        import sys
        from realtime.command_line.program import program
        try:
            program({[*arguments, "--help"]})
        except SystemExit:
            print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
    """
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


def test_serve_becomes_gunicorn_and_has_loaded_nothing_heavy() -> None:
    code = f"""if True:
        import os, sys
        def execv(path, command):
            print(command[1:], [name for name in {HEAVY} if name in sys.modules])
            sys.exit()
        os.execv = execv
        from realtime.command_line.program import program
        program(["serve", "--workers", "2", "-b", "unix:/run/ink.sock"])
    """
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    conf = "python:realtime.server.gunicorn_conf"
    expected = ["-m", "gunicorn", "-c", conf, "--workers", "2", "-b", "unix:/run/ink.sock"]
    assert done.stdout.strip() == f"{expected} []"


def test_a_shell_completes_commands_options_and_choices() -> None:
    for words, expected in (
        ("realtime-handwriting re", {"recognize", "replay", "record"}),
        ("realtime-handwriting replay --j", {"--junit"}),
        ("realtime-handwriting recognize --recognize ", set(TASKS)),
    ):
        done = CliRunner().invoke(
            program,
            prog_name="realtime-handwriting",
            env={
                "_REALTIME_HANDWRITING_COMPLETE": "bash_complete",
                "COMP_WORDS": words,
                "COMP_CWORD": str(words.count(" ")),
            },
        )
        completed = {line.partition(",")[2] for line in done.output.splitlines()}
        assert completed == expected, done.output
    assert "_REALTIME_HANDWRITING_COMPLETE" in DOCUMENT.read_text()
