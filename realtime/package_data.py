"""Paths of the files that the service needs beside its code: the page, and the weights.

In a checkout they are folders beside the package, in an installed wheel folders within it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


WEB_FOLDER = _folder("web")
WEIGHTS_FOLDER = _folder("weights")
