"""Says whether the service can be installed with this Python on this system, and else what to do.

`make` runs this file with whatever Python it finds, before anything is installed: it has to be
readable for Python 3.6. The limits are those of the packages' wheels, which `make lock` pins.
"""

import platform
import sys
import sysconfig
from typing import NamedTuple

OLDEST, NEWEST = (3, 11), (3, 14)
PYTHONS = "3.11 to 3.14"
# OpenCV's and NumPy's wheels.
GLIBC = (2, 28)
MACOS = {"arm64": (13, 0), "x86_64": (14, 0)}
MACHINES = ("x86_64", "aarch64")


class System(NamedTuple):
    """What decides which wheels fit.

    Attributes:
        python: major and minor version.
        is_cpython: whether it is CPython with its global lock.
        is_64_bit: whether its pointers are.
        name: such as "Linux".
        machine: such as "x86_64".
        libc: on Linux "glibc", or "" for another.
        release: of glibc, or of macOS.
    """

    python: "tuple[int, int]"
    is_cpython: bool
    is_64_bit: bool
    name: str
    machine: str
    libc: str
    release: "tuple[int, int]"


def this_system() -> System:
    """The Python that runs this, and where."""
    libc, glibc = platform.libc_ver()
    release = platform.mac_ver()[0] if sys.platform == "darwin" else glibc
    numbers = [int(part) for part in release.split(".") if part.isdigit()] + [0, 0]
    is_free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    return System(
        python=(sys.version_info[0], sys.version_info[1]),
        is_cpython=platform.python_implementation() == "CPython" and not is_free_threaded,
        is_64_bit=sys.maxsize > 2**32,
        name=platform.system(),
        machine=platform.machine(),
        libc=libc if libc == "glibc" else "",
        release=(numbers[0], numbers[1]),
    )


def problem(system: System) -> str:
    """What keeps the service from being installed, in a sentence or two; "" if nothing does."""
    version = "Python {}.{}".format(*system.python)
    if system.python < OLDEST:
        return f"{version} is too old. {_needed()}"
    if system.python > NEWEST:
        return f"{version} is too new: NumPy and LiteRT have no wheels for it yet. {_needed()}"
    if not system.is_cpython:
        return f"This is no CPython with a global lock, and has no wheels. {_needed()}"
    if not system.is_64_bit:
        return f"This Python has 32 bits, for which there are no wheels. {_needed()}"
    if system.name == "Linux":
        return _linux_problem(system)
    if system.name == "Darwin":
        least = MACOS.get(system.machine, (14, 0))
        if system.release < least:
            return (
                f"macOS {system.release[0]} is too old for OpenCV's wheels: {least[0]} is needed."
            )
        return ""
    if system.name == "Windows":
        return "gunicorn does not run on Windows. Use the Windows Subsystem for Linux (WSL)."
    return f"{system.name} has no wheels of OpenCV. Use Linux, also in a container, or macOS."


def _linux_problem(system: System) -> str:
    if not system.libc:
        return (
            "This Linux has another C library than glibc (Alpine has musl), for which OpenCV and "
            "LiteRT have no wheels. Use Debian, Ubuntu or the like; as an image, python:3.13-slim."
        )
    if system.machine not in MACHINES:
        return (
            f"OpenCV and LiteRT have no wheels for {system.machine}: "
            "a 64-bit Intel, AMD or ARM processor is needed, with a 64-bit system."
        )
    if system.release < GLIBC:
        release = "{}.{}".format(*system.release)
        return f"glibc {release} is too old: 2.28 is needed (Debian 10, Ubuntu 18.10, RHEL 8)."
    return ""


def _needed() -> str:
    return f"CPython {PYTHONS} is needed (make PYTHON=/path/to/python3 says which to take)."


if __name__ == "__main__":
    sys.exit(problem(this_system()) or 0)
