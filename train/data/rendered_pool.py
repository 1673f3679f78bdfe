"""The pool of rendered training pictures on disk.

The pool holds a number of draws. A draw is what other trainings call an epoch: each sample bent,
shaken and rendered anew. Teacher and student learn from the same few draws, over and over, so that
the teacher's logits are computed only once for each picture. The same seed renders the same pool.
"""

import multiprocessing
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realtime.ink.stroke import PointArray
from realtime.recognition.digits.rasterizer import RASTERIZER_VERSION, Raster
from train.data import allographs
from train.data.augment import (
    augment_picture,
    augment_strokes,
    beginning,
    fragments,
    neighbours,
    scribble,
)
from train.data.dataset import OTHER, LabelledInk, Pictures
from train.data.stored_rasters import StoredRasters, to_stored

# The version of the files in the folder, the networks' checkpoints included; a folder of another
# version is emptied.
POOL_VERSION = 3
CLASSES = OTHER + 1
# How often each pen source comes in one draw: pens differ more than MNIST's pictures, and there
# are fewer of them.
REPEATS = {"pendigits": 2, "unipen-digits": 2}
OTHERS = 16_000  # letters and symbols in one draw, out of all there are
SCRIBBLES = 4_000
# Wrong groupings of strokes: two digits, or one with a stroke of another; a stroke of a digit.
NEIGHBOURS = 6_000
FRAGMENTS = 2_000
# Whose strokes are no digit on their own, unless they are upright.
FRAGMENTED = frozenset("1457")
ALLOGRAPHS = 10_000
# Ink cut off in the middle, as the server sees it while the pen still moves.
BEGINNINGS = 16_000
BLOCK = 1_000  # samples that share a random generator

_sources: tuple[Pictures, Mapping[str, list[LabelledInk]]]


@dataclass(frozen=True)
class Draw:
    """One rendering of all training samples.

    Attributes:
        rasters: uint8 (n, 28, 28, 3).
        targets: int class indices (n,).
        unfinished: bool (n,), whether the ink was cut off.
    """

    rasters: StoredRasters
    targets: npt.NDArray[np.int64]
    unfinished: npt.NDArray[np.bool_]


def render(
    folder: Path,
    pictures: Pictures,
    pens: Mapping[str, list[LabelledInk]],
    *,
    seed: int,
    draws: int,
    share: float = 1.0,
) -> None:
    """Fill the folder with so many draws, or with a share of each.

    Draws that are already there stay, if they were rendered from the same samples in the same way;
    else the folder is emptied, with all checkpoints of networks trained on it.

    Raises:
        ValueError: the folder is not empty and is no pool.
    """
    recipe = (
        f"version {POOL_VERSION}, seed {seed}, {draws} draws, share {share}, "
        f"ink {_fingerprint(pictures, pens):08x}, rasterizer {RASTERIZER_VERSION}\n"
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
    with context.Pool(initializer=_begin, initargs=(pictures, pens)) as workers:
        for number in missing:
            plan = _plan(pictures, pens, np.random.default_rng((seed, number)))
            plan = plan[: round(share * len(plan))]
            blocks = [
                (plan[start : start + BLOCK], (seed, number, start))
                for start in range(0, len(plan), BLOCK)
            ]
            columns = zip(*workers.imap(_render_block, blocks), strict=True)
            rasters, targets, unfinished = (np.concatenate(parts) for parts in columns)
            partial = folder / "partial.npz"
            np.savez(partial, rasters=rasters, targets=targets, unfinished=unfinished)
            partial.rename(_path(folder, number))
            print(f"  draw {number + 1} of {draws}: {len(targets)} pictures", flush=True)


def read(folder: Path, number: int) -> Draw:
    """Read one draw of a pool."""
    with np.load(_path(folder, number)) as arrays:
        return Draw(arrays["rasters"], arrays["targets"], arrays["unfinished"])


def _fingerprint(pictures: Pictures, pens: Mapping[str, list[LabelledInk]]) -> int:
    """Tells one collection of handwriting from another."""
    found = zlib.crc32(pictures.rasters.tobytes())
    for sample in chain.from_iterable(pens.values()):
        for stroke in sample.strokes:
            found = zlib.crc32(stroke.tobytes(), found)
        found = zlib.crc32(sample.label.encode(), found)
    return found


def _path(folder: Path, number: int) -> Path:
    return folder / f"draw-{number}.npz"


def _begin(pictures: Pictures, pens: Mapping[str, list[LabelledInk]]) -> None:
    global _sources
    _sources = (pictures, pens)


# What is to be rendered: kind of sample, its source, its index in it.
_Plan = Sequence[tuple[str, str, int]]


def _plan(
    pictures: Pictures, pens: Mapping[str, list[LabelledInk]], rng: np.random.Generator
) -> _Plan:
    """One draw's samples in random order."""
    digits, others = list[tuple[str, int]](), list[tuple[str, int]]()
    for name, samples in pens.items():
        for i, sample in enumerate(samples):
            (others if sample.target == OTHER else digits).append((name, i))
    plan = [("picture", "", i) for i in range(len(pictures.targets))]
    plan += [("ink", name, i) for name, i in digits for _ in range(REPEATS.get(name, 1))]
    plan += [("ink", *others[i]) for i in rng.permutation(len(others))[:OTHERS]]
    # One beginning in five is of a letter or symbol.
    begun = digits * 2
    begun += [others[i] for i in rng.permutation(len(others))[: len(digits) // 2]]
    plan += [("beginning", *begun[i]) for i in rng.permutation(len(begun))[:BEGINNINGS]]
    plan += [("neighbours", *digits[i]) for i in rng.integers(len(digits), size=NEIGHBOURS)]
    broken = [
        (name, i)
        for name, i in digits
        if pens[name][i].label in FRAGMENTED and fragments(pens[name][i].strokes)
    ]
    if broken:
        plan += [("fragment", *broken[i]) for i in rng.integers(len(broken), size=FRAGMENTS)]
    plan += [("scribble", "", 0)] * SCRIBBLES + [("allograph", "", 0)] * ALLOGRAPHS
    return [plan[i] for i in rng.permutation(len(plan))]


def _render_block(
    block: tuple[_Plan, tuple[int, ...]],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    plan, seed = block
    rng = np.random.default_rng(seed)
    rendered = [_render_one(*item, rng) for item in plan]
    return (
        to_stored(np.stack([raster for raster, _ in rendered])),
        np.array([target for _, target in rendered], np.int64),
        np.array([kind == "beginning" for kind, _, _ in plan]),
    )


def _render_one(kind: str, source: str, index: int, rng: np.random.Generator) -> tuple[Raster, int]:
    pictures, pens = _sources
    if kind == "picture":
        return augment_picture(pictures.rasters[index], rng), int(pictures.targets[index])
    strokes: tuple[PointArray, ...]
    if kind == "scribble":
        strokes, target = scribble(rng), OTHER
    elif kind == "neighbours":
        samples = pens[source]
        while (other := samples[int(rng.integers(len(samples)))]).target == OTHER:
            pass
        strokes, target = neighbours(samples[index].strokes, other.strokes, rng), OTHER
    elif kind == "fragment":
        found = fragments(pens[source][index].strokes)
        strokes, target = (found[int(rng.integers(len(found)))],), OTHER
    elif kind == "allograph":
        strokes, target = allographs.write(rng)
    else:
        strokes, target = pens[source][index].strokes, pens[source][index].target
    if kind == "beginning":
        strokes = beginning(strokes, rng)
    return augment_strokes(strokes, rng), target
