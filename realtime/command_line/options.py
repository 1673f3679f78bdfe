"""Options that several commands have, and what they mean."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import click

from realtime.config import Settings, variable_name
from realtime.protocol.client_messages import WEBSOCKET_PATH
from realtime.setting_groups import AccessSettings

_Function = TypeVar("_Function", bound=Callable[..., object])

# What ink can be read as; a server may have fewer, and says which.
TASKS = ("digit", "line", "character", "text", "math")
# What files of ink are written in.
INK_FORMATS = ("ndjson", "inkml", "unipen", "session")

task_option = click.option(
    "--recognize",
    "task",
    type=click.Choice(TASKS),
    help="What it is read as. Without it what a file of ink asks for, else a digit.",
)


def server_options(function: _Function) -> _Function:
    """The options that have a server do it."""
    function = click.option(
        "--token",
        metavar="TOKEN",
        help=f"The server's token; {variable_name(AccessSettings.token)} in the environment keeps "
        "it off the list of processes.",
    )(function)
    return click.option(
        "--url",
        metavar="URL",
        help="Ask the server at this address, such as http://localhost:8000 or "
        "ws://localhost:8000/ws, instead of the networks of this process.",
    )(function)


def size(_context: click.Context, _option: click.Parameter, text: str | None) -> object:
    """The width and height in "800x400"; a callback of click's."""
    if text is None:
        return None
    try:
        width, height = (float(part) for part in text.lower().split("x"))
        if not (0 < width < float("inf") and 0 < height < float("inf")):
            raise ValueError(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no size such as 800x400") from error
    return width, height


def settings_with(token: str | None) -> Settings:
    """The settings in the environment, and the token of the command line if there is one.

    Raises:
        SettingError: a setting cannot be used.
    """
    variable = variable_name(AccessSettings.token)
    return Settings.from_environment({**os.environ, **({} if token is None else {variable: token})})


def websocket_url(url: str) -> str:
    """The address of the WebSocket, from that of the page or from itself."""
    parts = urlsplit(url) if url.startswith(("http://", "https://")) else None
    if parts is None:
        return url
    path = parts.path.rstrip("/").removesuffix(WEBSOCKET_PATH) + WEBSOCKET_PATH
    return urlunsplit((parts.scheme.replace("http", "ws"), parts.netloc, path, parts.query, ""))


# Of the commands that write files of ink.
CONVERSION_EXIT_CODES = (
    "Exit codes: 0 all was written; 1 a file could not be read or written, the others were; "
    "2 nothing was written. docs/formats.md says what each format carries and loses."
)


def files_argument(what: str) -> Callable[[_Function], _Function]:
    """The files that a command reads, and what they are."""
    return click.argument(
        "files",
        nargs=-1,
        required=True,
        type=click.Path(path_type=Path),
        metavar="FILE...",
        help=what,
    )


sources_argument = files_argument(
    "Files of ink: session files, NDJSON, InkML, UNIPEN, signature_pad, Excalidraw, or "
    "Quick, Draw!; gzipped or not. Their content shows what they are."
)


def format_option(function: _Function) -> _Function:
    """The format that a command writes."""
    return click.option(
        "--to",
        "ink_format",
        type=click.Choice(INK_FORMATS),
        help="The format to write, where OUT is a folder, or has no suffix that names one "
        "(.ndjson, .inkml, .unp, .json).",
    )(function)
