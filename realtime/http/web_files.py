"""The files of web/ as browsers get them: read once, minified, compressed, under one version.

They are read in gunicorn's master before it forks, so that all workers share their memory and
serve the same version of all of them, whatever happens on the disk meanwhile. Comments and
indentation are removed: they are a third of what a phone would have to load.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import rjsmin

from realtime.http.module_preload import with_module_preloads
from realtime.prefork import PreforkCache

# Flask may not be imported here: the master imports this module before gevent has patched what
# Flask stands on.

# The system's table of types is not used: it may lack the manifest, or call JavaScript plain text.
# Files of other types are not served.
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
# No string of a style sheet of ours has a comment or two spaces in it.
_CSS_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(rb"\s+")
# Third-party code is served as its authors published it, with their copyright notices in it.
VENDOR = "vendor/"
INDEX = "index.html"
# The service worker, and the list of files that it caches, which is generated so that no file can
# be forgotten.
WORKER = "sw.js"
SHELL = "shell.js"
# What every page would have to fetch for the few that want it, and only with a service at hand.
ON_DEMAND = ("vendor/temml.js", "page/sign-forms.js")


@dataclass(frozen=True)
class WebFile:
    """One file: its bytes, plain and gzipped (None where that makes it no smaller)."""

    content_type: str
    plain: bytes
    compressed: bytes | None
    etag: str
    # True for a page, for a picture that may be opened as one, and for a worker; false for what is
    # only part of a page.
    stands_alone: bool

    @classmethod
    def of(cls, name: str, plain: bytes) -> "WebFile":
        """Return the file of a name that ends as one of TYPES."""
        suffix = Path(name).suffix
        # The time of day is left out, so that all machines send the same bytes.
        compressed = gzip.compress(plain, mtime=0)
        smaller = compressed if len(compressed) < len(plain) else None
        stands_alone = suffix in (".html", ".svg") or name == WORKER
        return cls(TYPES[suffix], plain, smaller, _digest(plain), stands_alone)


class WebFiles:
    """All files of the page.

    Attributes:
        files: each file by its path in the URL, without the leading slash.
        version: digest of the content of all files together.
    """

    def __init__(self, contents: dict[str, bytes]) -> None:
        contents = with_module_preloads(contents)
        names = sorted(contents)
        named = (part for name in names for part in (name.encode(), contents[name]))
        self.version = _digest(*named)
        left_out = {WORKER, *ON_DEMAND, *filter(is_for_others, names)}
        cached = (name for name in names if name not in left_out)
        paths = sorted("" if name == INDEX else name for name in cached)
        shell = json.dumps({"version": self.version, "paths": paths})
        generated = {SHELL: f"self.SHELL = {shell};\n".encode()}
        self.files = {
            name: WebFile.of(name, plain) for name, plain in (contents | generated).items()
        }
        self.files[""] = self.files[INDEX]

    @classmethod
    def read(cls, folder: Path) -> "WebFiles":
        """Read the files of a folder that are for browsers, and minify its scripts and styles.

        Raises:
            OSError: a file cannot be read.
            KeyError: a module imports one that is not there.
        """
        contents = {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in folder.rglob("*")
            if file.suffix in TYPES
        }
        for name, plain in contents.items():
            if name.endswith(".js") and not name.startswith(VENDOR):
                contents[name] = rjsmin.jsmin(plain)
            elif name.endswith(".css"):
                contents[name] = _CSS_SPACE.sub(b" ", _CSS_COMMENT.sub(b"", plain))
        return cls(contents)


def is_for_others(name: str) -> bool:
    """Whether a file is for pages of other sites alone, so that this page needs no copy of it."""
    return name == "js/handwriting.js" or name.startswith("handwriting/")


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        # The length is hashed too, so that no byte can move from one part to the next unseen.
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()[:16]


# gunicorn's master fills it before it forks; workers only read it.
shared_web_files = PreforkCache(WebFiles.read)
