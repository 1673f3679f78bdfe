"""Finds the programs of proxies that are installed."""

import shutil


def proxy_program(name: str) -> str | None:
    """Path of a proxy; for users other than root it may not be on the PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
