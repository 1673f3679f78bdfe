"""Entries that a command had before there was one for all: they say its new name, and run it."""

import os
import sys
from collections.abc import Sequence

PROGRAM = "realtime-handwriting"


def tell_new_name(old: str, new: str) -> None:
    """Say on standard error what a command is called now.

    Args:
        old: the module that was called.
        new: the command of today, without the program's name.
    """
    today = f"{PROGRAM} {new}".rstrip()
    print(f'python -m {old} is now "{today}"', file=sys.stderr, flush=True)


def run_moved(old: str, new: str, arguments: Sequence[str]) -> None:
    """Say what a command is called now, and replace this process by it.

    What is at the top is imported by nothing below it: so a process of its own takes over.
    """
    tell_new_name(old, new)
    command = [sys.executable, "-m", "realtime", *new.split(), *arguments]
    os.execv(sys.executable, command)  # noqa: S606  # no shell is meant
