"""The first name of `realtime.samples.export`, which names the command of today."""

import os
import sys

if __name__ == "__main__":
    command = [sys.executable, "-m", "realtime.samples.export", *sys.argv[1:]]
    os.execv(sys.executable, command)  # noqa: S606  # no shell is meant
