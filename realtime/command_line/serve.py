"""The command `serve`: gunicorn with the project's configuration."""

import os
import sys

import click

from realtime.config import Settings, variable_name
from realtime.errors import SettingError
from realtime.setting_groups import ServerSettings


@click.command(
    short_help="Serve the page and the recognizer.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument(
    "gunicorn",
    nargs=-1,
    type=click.UNPROCESSED,
    metavar="[GUNICORN]...",
    help="Further arguments are gunicorn's own, such as --workers 2 or --bind unix:/run/ink.sock.",
)
def serve(gunicorn: tuple[str, ...]) -> None:
    """Serve the page, the WebSocket and the HTTP routes, and print the address to open.

    HOST and PORT in the environment say where to listen (0.0.0.0 and 8000), WEB_CONCURRENCY how
    many workers there are (one a core); docs/configuration.md has all settings. Ctrl-C or SIGTERM
    ends it.
    """
    # gunicorn itself reads this variable before its configuration, and ends in a traceback if it is
    # no number.
    try:
        workers = Settings.from_environment().server.web_concurrency
    except SettingError as error:
        sys.exit(f"not started: {error}")
    os.environ[variable_name(ServerSettings.web_concurrency)] = str(workers)
    configuration = "python:realtime.server.gunicorn_conf"
    command = [sys.executable, "-m", "gunicorn", "-c", configuration, *gunicorn]
    os.execv(sys.executable, command)  # noqa: S606  # no shell is meant
