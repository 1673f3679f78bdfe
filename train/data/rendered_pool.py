"""The pool of rendered training pictures on disk.

The pool holds a number of draws. A draw is what other trainings call an epoch: each sample bent,
shaken and rendered anew. Teacher and student learn from the same few draws, over and over, so that
the teacher's logits are computed only once for each picture. The same seed renders the same pool.

What is drawn, a `PoolSource` decides: `digit_pool.py`, `line_pool.py` and `character_pool.py` have
one each.
"""

import multiprocessing
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from realtime.recognition.characters.rasterizer import RASTERIZER_VERSION, Raster
from train.data.stored_rasters import StoredRasters, to_stored

# The version of the files in the folder, the networks' checkpoints included; a folder of another
# version is emptied.
POOL_VERSION = 4
BLOCK = 1_000  # samples that share a random generator


class Item(NamedTuple):
    """What is to be rendered: a kind of sample, its source, its place in it."""

    kind: str
    source: str
    place: int


class Rendered(NamedTuple):
    """A rendered sample.

    Attributes:
        raster: as the network takes it.
        target: class index.
        unfinished: whether the ink was cut off.
        fold: of its writer; see `folds.py`.
    """

    raster: Raster
    target: int
    unfinished: bool
    fold: int


class PoolSource(Protocol):
    """Handwriting, and how it is rendered; it travels to other processes."""

    @property
    def classes(self) -> int:
        """How many classes there are."""

    def fingerprint(self) -> int:
        """Tells one collection of handwriting from another."""

    def plan(self, rng: np.random.Generator) -> Sequence[Item]:
        """One draw's samples in random order."""

    def render(self, item: Item, rng: np.random.Generator) -> Rendered:
        """Render one of them."""


# Samples, and the seed of the generator that they share.
Block = tuple[Sequence[Item], tuple[int, ...]]

_source: PoolSource


@dataclass(frozen=True)
class Draw:
    """One rendering of all training samples.

    Attributes:
        rasters: uint8 (n, 28, 28, 3).
        targets: int class indices (n,).
        unfinished: bool (n,), whether the ink was cut off.
        folds: uint8 (n,), of the writers; see `folds.py`.
        classes: how many there are.
    """

    rasters: StoredRasters
    targets: npt.NDArray[np.int64]
    unfinished: npt.NDArray[np.bool_]
    folds: npt.NDArray[np.uint8]
    classes: int


def render(folder: Path, source: PoolSource, *, seed: int, draws: int, share: float = 1.0) -> None:
    """Fill the folder with so many draws, or with a share of each.

    Draws that are already there stay, if they were rendered from the same samples in the same way;
    else the folder is emptied, with all checkpoints of networks trained on it.

    Raises:
        ValueError: the folder is not empty and is no pool.
    """
    recipe = (
        f"version {POOL_VERSION}, {type(source).__name__}, seed {seed}, {draws} draws, "
        f"share {share}, ink {source.fingerprint():08x}, rasterizer {RASTERIZER_VERSION}\n"
    )
    recipe_file = folder / "recipe.txt"
    if not recipe_file.exists() or recipe_file.read_text() != recipe:
        is_pool = recipe_file.exists() or not folder.exists()
        foreign = None if is_pool else next(folder.iterdir(), None)
        if foreign:
            raise ValueError(
                f"{folder} holds {foreign.name} and would be emptied: name another folder"
            )
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        recipe_file.write_text(recipe)
    missing = [number for number in range(draws) if not _path(folder, number).exists()]
    if not missing:
        return
    # The workers are not forked: TensorFlow's threads would be missing in the children.
    context = multiprocessing.get_context("spawn")
    # A worker takes a second of a processor to begin: none begins that would have nothing to do.
    busy = min(os.cpu_count() or 1, len(_blocks(source, seed, missing[0], share)))
    with context.Pool(max(1, busy), initializer=_begin, initargs=(source,)) as workers:
        for number in missing:
            blocks = _blocks(source, seed, number, share)
            columns = zip(*workers.imap(_render_block, blocks), strict=True)
            rasters, targets, unfinished, folds = (np.concatenate(parts) for parts in columns)
            partial = folder / "partial.npz"
            np.savez(
                partial,
                rasters=rasters,
                targets=targets,
                unfinished=unfinished,
                folds=folds,
                classes=source.classes,
            )
            partial.rename(_path(folder, number))
            print(f"  draw {number + 1} of {draws}: {len(targets)} pictures", flush=True)


def read(folder: Path, number: int) -> Draw:
    """Read one draw of a pool."""
    with np.load(_path(folder, number)) as arrays:
        return Draw(
            arrays["rasters"],
            arrays["targets"],
            arrays["unfinished"],
            arrays["folds"],
            int(arrays["classes"]),
        )


def count_classes(folder: Path) -> int:
    """How many classes a pool has that is rendered."""
    with np.load(_path(folder, 0)) as arrays:
        return int(arrays["classes"])


def _path(folder: Path, number: int) -> Path:
    return folder / f"draw-{number}.npz"


def _blocks(source: PoolSource, seed: int, number: int, share: float) -> list[Block]:
    """One draw's samples in order, or a share of them, in parts that are rendered apart."""
    plan = source.plan(np.random.default_rng((seed, number)))
    plan = plan[: round(share * len(plan))]
    return [
        (plan[start : start + BLOCK], (seed, number, start)) for start in range(0, len(plan), BLOCK)
    ]


def _begin(source: PoolSource) -> None:
    global _source
    _source = source


def _render_block(block: Block) -> tuple[np.ndarray, ...]:
    plan, seed = block
    rng = np.random.default_rng(seed)
    rasters, targets, unfinished, folds = zip(
        *[_source.render(item, rng) for item in plan], strict=True
    )
    return (
        to_stored(np.stack(rasters)),
        np.array(targets, np.int64),
        np.array(unfinished),
        np.array(folds, np.uint8),
    )
