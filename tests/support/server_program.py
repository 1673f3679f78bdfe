"""Finds the programs of servers that are installed: proxies, Prometheus."""

import shutil


def server_program(name: str) -> str | None:
    """Path of a program; for users other than root it may not be on the PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
