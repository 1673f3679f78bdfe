"""Here lies the page on which a stroke point is drawn: the files of web/, as they were when the service started.

They are read and compressed once, in gunicorn's master before it forks, so that all workers share
their memory and have the same version of all of them, whatever happens on the disk meanwhile.
Comments stay here: they are a third of what a phone would have to load.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import rjsmin

from realtime.package_data import WEB_FOLDER

# Nothing here may import Flask: the master imports this file, before gevent has patched what Flask
# stands on.

WEB = WEB_FOLDER
# Not the system's table, which may have none for a manifest, or have JavaScript for plain text. A
# file of another kind is not for browsers.
TYPES = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".png": "image/png",
        ".svg": "image/svg+xml; charset=utf-8",
        ".webmanifest": "application/manifest+json; charset=utf-8",
    }
)
# What others wrote goes out as they published it, with their names in it.
VENDOR = "vendor/"
INDEX = "index.html"
# The service worker, and the list of files that it keeps, which is made here so that no file can be
# forgotten.
WORKER = "sw.js"
SHELL = "shell.js"


@dataclass(frozen=True)
class File:
    """One file: its bytes as they are, and with gzip where that makes them fewer; `etag` stands for its content."""

    content_type: str
    plain: bytes
    compressed: bytes | None
    etag: str
    # A page, a picture that may be opened as one, or a worker; not what is only part of one.
    stands_alone: bool

    @classmethod
    def of(cls, name: str, plain: bytes) -> "File":
        """A file whose name ends as one of TYPES."""
        suffix = Path(name).suffix
        # Without the time of day in it, so that all machines send the same bytes.
        compressed = gzip.compress(plain, mtime=0)
        smaller = compressed if len(compressed) < len(plain) else None
        return cls(
            TYPES[suffix],
            plain,
            smaller,
            _digest(plain),
            suffix in (".html", ".svg") or name == WORKER,
        )


class Page:
    """All files of the page: `files` by their path in the URL, without its first slash; `version` stands for the content of them all."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        self.version = _digest(
            *(part for name in sorted(contents) for part in (name.encode(), contents[name]))
        )
        shell = {
            "version": self.version,
            "paths": sorted("" if name == INDEX else name for name in contents if name != WORKER),
        }
        made = {SHELL: f"self.SHELL = {json.dumps(shell)};\n".encode()}
        self.files = {name: File.of(name, plain) for name, plain in (contents | made).items()}
        self.files[""] = self.files[INDEX]

    @classmethod
    def read(cls, folder: Path) -> "Page":
        """The files of a folder that are for browsers, scripts without their comments and indentation.

        Raises:
            OSError: one cannot be read.
        """
        contents = {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in folder.rglob("*")
            if file.suffix in TYPES
        }
        for name, plain in contents.items():
            if name.endswith(".js") and not name.startswith(VENDOR):
                contents[name] = rjsmin.jsmin(plain)
        return cls(contents)


_shared: dict[Path, Page] = {}


def shared_page(folder: Path = WEB, *, reload: bool = False) -> Page:
    """The process's page: gunicorn's master calls this before it forks, so that each worker finds the same.

    With `reload` it is read anew.
    """
    if reload or folder not in _shared:
        _shared[folder] = Page.read(folder)
    return _shared[folder]


def _digest(*parts: bytes) -> str:
    every = hashlib.sha256()
    for part in parts:
        # With its length, so that no byte can move from one part to the next unseen.
        every.update(len(part).to_bytes(8) + part)
    return every.hexdigest()[:16]
