"""`python -m train.model.text_row_weights`: fits the weights of texts on pictures.

They are fitted with the network of characters as it is, on words and lines in print of training
writers that are drawn as pictures, and written as `rows.json` into the network's folder.
`python -m train.model.text_weights` comes before.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from realtime.errors import BlankImageError
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.k_best import readings
from realtime.recognition.lines.lattice import TooManyWaysError
from realtime.recognition.lines.reading import log_likeness
from realtime.recognition.lines.scoring import LABEL_FEATURES
from realtime.recognition.lines.weights import LabelWeights
from realtime.recognition.rows.pieces import parts_of
from realtime.recognition.rows.text_reader import FittedTexts, PictureTextScorer, TextRowReader
from realtime.recognition.rows.text_weights import CutWeights, TextRowWeights
from realtime.recognition.rows.weights import ROW_WEIGHTS
from realtime.recognition.text.letters import read_letter_model
from realtime.recognition.text.links import TextLinks
from realtime.recognition.text.scorer import kind_of
from realtime.recognition.text.weights import (
    TEXT_TASK,
    TextLinkWeights,
    TextWeights,
    find_text_weights,
)
from train.data import characters
from train.data.lines import LabelledLine, read_lines
from train.data.picture_texts import LabelledPicture, drawn, found_ink
from train.model import line_field
from train.model.fitted import fit_by_command, write_fitted
from train.model.line_field import TargetLattice
from train.model.path_sums import Floats
from train.model.text_features import LINK_FEATURES, TextFeatures

SEED = 20261129
LINES = 250
# Other lines, by which it is seen what looks like a text.
OTHERS = 80
FALSE_REJECTS = 0.02
# Characters by which parts are counted, of each label at most.
COUNTED = 30
# What nobody has seen of a label is as likely as one in so many.
_UNSEEN = 0.5
CUT_FEATURES = CutWeights.__struct_fields__
START_CUTS = (-4.0, -1.0, -1.0)

Shares = dict[str, tuple[float, float, float, float]]


class TextRowFeatures:
    """`line_field.Features` of texts on pictures: of labels, of cuts, and of links."""

    def __init__(self, scorer: PictureTextScorer, links: dict[Group, TextLinks]) -> None:
        self._texts = TextFeatures(scorer.labels, links)

    def of_labels(self, group: Group, labels: Sequence[int]) -> Sequence[Sequence[float]]:
        """Of some labels of a group."""
        inside = group.inside
        own = len(inside) - len(CUT_FEATURES)
        of_strokes = group.copy()
        of_strokes.inside = inside[:own]
        rows = self._texts.of_labels(of_strokes, labels)
        return [(*row, *inside[own:]) for row in rows]

    def of_link(self, one: Group | None, other: Group | None, state: int) -> Sequence[float]:
        """Of one group followed by another, None for the line's ends."""
        return self._texts.of_link(one, other, state)


def training_lines(data: Path, labels: Sequence[str]) -> list[LabelledLine]:
    """Words and lines of training writers, in random order, each text once.

    Raises:
        OSError: there is no such data.
    """
    rng = np.random.default_rng(SEED)
    every = [
        line
        for name in ("words", "lines")
        for line in read_lines(data / "lines" / f"unipen-{name}.train.ndjson.gz")
        if line.groups and set(line.label) <= set(labels)
    ]
    by_text = {line.text: line for line in (every[at] for at in rng.permutation(len(every)))}
    return list(by_text.values())


def part_shares(data: Path, labels: Sequence[str]) -> Shares:
    """In how many connected parts characters of training writers are, drawn as pictures.

    Raises:
        OSError: there is no such data.
    """
    rng = np.random.default_rng(SEED)
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for some in characters.read_isolated(data).values():
        for at in rng.permutation(len(some)):
            one = some[at]
            known = counts[one.label]
            if one.label in labels and known.total() < COUNTED:
                line = LabelledLine(one.label, "", "", one.strokes)
                known[min(len(parts_of(drawn(line, rng).picture).pieces), 4)] += 1
    shares = {}
    for label in labels:
        seen = counts[label]
        total = seen.total() + 4 * _UNSEEN
        of_label = [round((seen[parts] + _UNSEEN) / total, 4) for parts in (1, 2, 3, 4)]
        shares[label] = (of_label[0], of_label[1], of_label[2], of_label[3])
    return shares


def targets_of(
    pictures: Iterable[LabelledPicture], reader: TextRowReader
) -> tuple[list[TargetLattice], dict[Group, TextLinks]]:
    """The lattices of pictures, but for those not read at all, and the links of their groups."""
    targets, links = list[TargetLattice](), dict[Group, TextLinks]()
    names = reader.scorer.names
    for one in pictures:
        try:
            lattice, of_line = reader.read(parts_of(found_ink(one.picture)))
        except (BlankImageError, TooManyWaysError):
            continue
        labels, kinds, is_spaced = [], [], False
        for character in one.text:
            if character != " ":
                labels.append(names.index(character))
                kinds.append(kind_of(labels[-1], spaced=is_spaced))
            is_spaced = character == " "
        targets.append(TargetLattice(lattice, labels, None, "", kinds))
        links |= {node.group: of_line for node in lattice.nodes}
    return targets, links


def weights_of(fitted: Floats, shares: Shares, network: str = "") -> TextRowWeights:
    """The weights for serving, from those in the order of features; nothing is rejected yet."""
    rounded = [round(one, 4) for one in fitted.tolist()]
    of_label, rest = rounded[: len(LABEL_FEATURES)], rounded[len(LABEL_FEATURES) :]
    of_cuts, of_link = rest[: len(CUT_FEATURES)], rest[len(CUT_FEATURES) :]
    return TextRowWeights(
        label=LabelWeights(**dict(zip(LABEL_FEATURES, of_label, strict=True))),
        cuts=CutWeights(**dict(zip(CUT_FEATURES, of_cuts, strict=True))),
        link=TextLinkWeights(**dict(zip(LINK_FEATURES, of_link, strict=True))),
        part_shares=shares,
        reject_below=-1e9,
        network=network,
    )


def start_of(texts: TextWeights) -> Floats:
    """The weights of strokes, with which the fit begins, and something against cuts."""
    of_label = [getattr(texts.label, name) for name in LABEL_FEATURES]
    of_link = [getattr(texts.link, name) for name in LINK_FEATURES]
    return np.array([*of_label, *START_CUTS, *of_link])


def write(folder: Path, data: Path) -> TextRowWeights:
    """Fit the weights to the network in a folder, and write them beside it.

    Raises:
        OSError: there is no such data.
        WeightsError: there is no network, or no model of letters.
    """
    network, letters = CharacterNetwork.load(folder), read_letter_model(folder)
    texts = find_text_weights(folder, network.card)
    if texts is None:
        sys.exit("fit texts before: python -m train.model.text_weights")
    names = network.card.labels_of(TEXT_TASK)
    rng = np.random.default_rng(SEED)
    lines = training_lines(data, names)
    shares, start = part_shares(data, names), start_of(texts)
    reader = TextRowReader(network, FittedTexts(texts, weights_of(start, shares), letters))
    pictures = [drawn(line, rng) for line in lines[: LINES + OTHERS]]
    targets, links = targets_of(pictures[:LINES], reader)
    fitted, unreachable = line_field.fit(targets, TextRowFeatures(reader.scorer, links), start)
    print(f"  {LINES - len(targets)} of {LINES} lines are not read at all,")
    print(f"  {unreachable} more cannot be read as their text")
    weights = weights_of(fitted, shares, network.card.files[network.card.served].sha256)
    reader = TextRowReader(network, FittedTexts(texts, weights, letters))
    likenesses = [
        log_likeness(next(readings(target.lattice, most=1)))
        for target in targets_of(pictures[LINES:], reader)[0]
    ]
    least = round(float(np.quantile(likenesses, FALSE_REJECTS)), 4)
    weights = msgspec.structs.replace(weights, reject_below=least)
    write_fitted(folder / ROW_WEIGHTS, weights)
    return weights


def main() -> None:
    """Fit, print, write."""
    weights = fit_by_command(
        "train.model.text_row_weights",
        "Fit the weights of texts on pictures to a network.",
        "weights/characters",
        write,
    )
    for name in ("label", "cuts", "link", "reject_below"):
        print(f"  {name}: {getattr(weights, name)}")


if __name__ == "__main__":
    main()
