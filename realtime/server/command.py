"""The command `realtime-handwriting`: serves the recognizer as an installed package."""

import os
import sys


def main() -> None:
    """Replace this process by gunicorn with the package's configuration; see docs/configuration.md.

    Further arguments are gunicorn's own, such as `--workers 2`.
    """
    configuration = "python:realtime.server.gunicorn_conf"
    command = [sys.executable, "-m", "gunicorn", "-c", configuration, *sys.argv[1:]]
    os.execv(sys.executable, command)  # noqa: S606  # no shell is meant


if __name__ == "__main__":
    main()
