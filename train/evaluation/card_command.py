"""The command that measures a network again and writes its card, for the networks of characters."""

import sys
from pathlib import Path
from typing import Protocol

from realtime.recognition.model_card import ModelCard, read_model_card
from train.command_line import weights_parser


class WriteCard(Protocol):
    """Measures the network in a folder, and writes both forms of its card; raises OSError."""

    def __call__(  # noqa: D102
        self, folder: Path, data: Path, *, version: str, trained_on: list[str]
    ) -> ModelCard: ...


def run(module: str, description: str, weights: Path, write: WriteCard) -> None:
    """Write the card of a network anew, with the version and the sources that it had.

    Args:
        module: whose command it is.
        description: of what it does.
        weights: the folder of the network, unless another is named.
        write: measures, and writes.
    """
    options = weights_parser(module, description, weights).parse_args()
    known = read_model_card(options.weights)
    try:
        write(options.weights, options.data, version=known.version, trained_on=known.trained_on)
    except OSError as error:
        sys.exit(str(error))
