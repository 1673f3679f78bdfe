"""The command `realtime-handwriting`, and what its subcommands have in common.

A subcommand is one module of this room, loaded when it is asked for. It imports at its top what its
options need, and within its function what it works with: so `--help` and the completion of a shell
answer at once.
"""

import importlib
import io
import sys
from collections.abc import Mapping
from types import MappingProxyType

import click

from realtime.errors import RealtimeError
from realtime.moved_command import PROGRAM

# Each command, and the module that has it under the module's own name. In this order they are
# listed, since who is new begins with the first.
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "serve": "serve",
        "recognize": "recognize",
        "replay": "replay",
        "record": "record",
        "import": "import_ink",
        "convert": "convert",
        "export": "export",
        "models": "models",
        "bench": "bench",
        "doctor": "doctor",
    }
)
# A shell takes 2 for a command that could not be run, and 128 + 2 for one that Ctrl-C has ended.
COULD_NOT, INTERRUPTED = 2, 130


class Program(click.Group):
    """The commands, each loaded when it is asked for; and what ends them without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        name = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(f"realtime.command_line.{name}"), name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what it cannot do is said in one line."""
        try:
            return super().invoke(ctx)
        except RealtimeError as error:
            click.echo(f"{error}{_advice(error)}", err=True)
            ctx.exit(COULD_NOT)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


def _advice(error: RealtimeError) -> str:
    is_locked_out = getattr(error, "status", None) == 401
    return "; INK_TOKEN in the environment or --token gives it" if is_locked_out else ""


def _tell_version(ctx: click.Context) -> None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(f"{PROGRAM} {version(PROGRAM)}")
    except PackageNotFoundError:
        click.echo(f"{PROGRAM}, from a checkout")
    ctx.exit()


@click.command(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Start with "serve" and open the address that it prints, or with "recognize PICTURE". '
    "All settings are environment variables; docs/configuration.md lists them.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, wanted: _tell_version(ctx) if wanted else None,
    help="Show the version and exit.",
)
def program() -> None:
    """Read handwriting while it is written: digits, letters, lines, texts and formulas.

    Ink is what a pen writes, as points; a session file is what was written and answered on one
    connection. Most commands work with the networks of this process, or with --url on a server.
    """


def main() -> None:
    """Run the command that the command line names."""
    # The name of a file need not be text.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    program()
