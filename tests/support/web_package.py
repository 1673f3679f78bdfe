"""The package for web pages, made and installed by npm, and sites that are built with it."""

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.support.files import ROOT, WEB_EXAMPLES


@dataclass(frozen=True)
class FileSite:
    """A running site whose pages are the files of a folder."""

    folder: Path
    origin: str


@contextmanager
def serve_files(folder: Path) -> Iterator[FileSite]:
    """A site of a folder's files on a free port, until the block ends."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Keep requests out of the tests' output."""

    handler = functools.partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield FileSite(folder, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def run(command: list[str], folder: Path, **environment: str) -> str:
    """What a command of Node.js prints.

    Raises:
        AssertionError: it fails, or is not there; the message holds what it printed.
    """
    program = shutil.which(
        command[0], path=f"{ROOT}/node_modules/.bin{os.pathsep}{os.environ['PATH']}"
    )
    assert program, f"{command[0]} is missing: `python -m tests.support.setup` installs it"
    done = subprocess.run(
        [program, *command[1:]],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_project(folder: Path) -> Path:
    """A copy of the examples in a folder, with what they need and the package as npm packs it."""
    packed = run(["npm", "pack", "--silent", "--pack-destination", str(folder)], ROOT)
    project = folder / "project"
    shutil.copytree(WEB_EXAMPLES, project, symlinks=True, copy_function=_link)
    install = ["npm", "install", "--no-save", "--offline", "--no-audit", "--no-fund"]
    run([*install, str(folder / packed.split()[-1])], project)
    return project


def _link(source: str, target: str) -> None:
    """Give a file another name, or copy it to another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
