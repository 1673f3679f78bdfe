"""The options of commands that work on the weights of a network."""

import argparse
from pathlib import Path


def weights_parser(command: str, description: str, weights: str | Path) -> argparse.ArgumentParser:
    """A parser that has `--data` and `--weights`, two folders; others may be added.

    Args:
        command: the module, as `python -m` takes it.
        description: what it does.
        weights: the folder, unless another is named.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {command}", description=description)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("data"),
        help="folder of handwriting (default: %(default)s)",
    )
    parser.add_argument(
        "--weights",
        type=Path,
        default=Path(weights),
        help="folder of the network (default: %(default)s)",
    )
    return parser
