"""Weights that are fitted to a network: the commands that fit them, and the files they are in."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from train.command_line import weights_parser

_Weights = TypeVar("_Weights", bound=msgspec.Struct)

# A list of numbers, each on a line of its own.
_NUMBERS = re.compile(r"\[\s*(-?[\d.e-]+(?:,\s*-?[\d.e-]+)*)\s*\]")


def fit_by_command(
    command: str, description: str, folder: str, write: Callable[[Path, Path], _Weights]
) -> _Weights:
    """Fit weights as a command line says; ends the process where there is no data.

    Args:
        command: the module, as `python -m` takes it.
        description: what it does.
        folder: of the network, unless another is named.
        write: fits the weights to the network in a folder, by the data in another, and writes them;
            raises OSError where there is none.
    """
    options = weights_parser(command, description, folder).parse_args()
    try:
        return write(options.weights, options.data)
    except OSError as error:
        sys.exit(str(error))


def fitted_json(weights: msgspec.Struct) -> str:
    """Weights as JSON that a person can read and compare: each list of numbers is in one line."""
    content = msgspec.json.format(msgspec.json.encode(weights), indent=2).decode()
    return _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", content) + "\n"


def write_fitted(path: Path, weights: msgspec.Struct) -> None:
    """Write weights to a file; see `fitted_json`."""
    path.write_text(fitted_json(weights), encoding="utf-8")
