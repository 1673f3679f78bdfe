"""The command `realtime-handwriting`: serves the recognizer as an installed package."""

import os
import sys

from realtime.config import Settings, variable_name
from realtime.errors import SettingError
from realtime.setting_groups import ServerSettings


def main() -> None:
    """Replace this process by gunicorn with the package's configuration; see docs/configuration.md.

    Further arguments are gunicorn's own, such as `--workers 2`.
    """
    # gunicorn itself reads this variable before its configuration, and ends in a traceback if it is
    # no number.
    try:
        workers = Settings.from_environment().server.web_concurrency
    except SettingError as error:
        sys.exit(f"not started: {error}")
    os.environ[variable_name(ServerSettings.web_concurrency)] = str(workers)
    configuration = "python:realtime.server.gunicorn_conf"
    command = [sys.executable, "-m", "gunicorn", "-c", configuration, *sys.argv[1:]]
    os.execv(sys.executable, command)  # noqa: S606  # no shell is meant


if __name__ == "__main__":
    main()
