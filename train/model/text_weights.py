"""`python -m train.model.text_weights`: fits the weights of a text's score, writes `text.json`.

They are fitted with the network of characters as it is, on words and lines in print of training
writers; how far they are trusted, on those of validation writers, and when letters are joined, on
cursive words.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from realtime.ink.stroke import FinishedInk
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.scoring import LABEL_FEATURES
from realtime.recognition.lines.weights import LabelWeights
from realtime.recognition.recognizer import Query
from realtime.recognition.text.letters import LetterModel, read_letter_model
from realtime.recognition.text.links import TextLinks
from realtime.recognition.text.reader import TextReader
from realtime.recognition.text.scorer import TextScorer, kind_of
from realtime.recognition.text.weights import (
    TEXT_TASK,
    TEXT_WEIGHTS,
    JoinedWeights,
    TextLinkWeights,
    TextWeights,
)
from train.data import characters
from train.data.folds import fold_of
from train.data.lines import LabelledLine, read_lines
from train.model import line_field, text_statistics
from train.model.fitted import fit_by_command, write_fitted
from train.model.line_field import TargetLattice
from train.model.path_sums import Floats
from train.model.text_features import LINK_FEATURES, TextFeatures
from train.model.text_rejection import with_rejection
from train.model.text_statistics import TextStatistics, spaces_of

SEED = 20261127
# Lines to fit to, with different texts as far as there are; each takes 70 ms.
LINES = 900
# The network has seen the characters of training writers, and is surer of them than of others'.
# Validation writers' lines say how far it is trusted, how far what follows what, where labels are,
# and gaps.
TRUST_PARTS = (
    ("network",),
    ("frequency", "shape", "letters"),
    ("strokes", "place"),
    ("joined", "gap", "aside", "cut", "overlap", "space"),
)
# Lines by which the places of labels are counted.
PLACED_LINES = 2500
# Words by which joined letters are told, as many of each kind.
JOINED = 400
# About what they become, so that what serving leaves out as hopeless is left out here, too.
_STARTS = {
    "network": 1.0,
    "strokes": 0.3,
    "place": 0.7,
    "frequency": 0.5,
    "gap": -5.0,
    "aside": -4.0,
    "overlap": -2.5,
    "space": 1.0,
    "shape": 0.6,
    "letters": 0.5,
}
START = np.array([_STARTS.get(name, 0.0) for name in (*LABEL_FEATURES, *LINK_FEATURES)])


class TextLines(NamedTuple):
    """What weights are fitted to.

    Attributes:
        lines: in print, of training writers, in random order, those with new texts first.
        cursive: words of training writers, of whose strokes many are several letters.
        statistics: of both, and of isolated characters.
    """

    lines: list[LabelledLine]
    cursive: list[LabelledLine]
    statistics: TextStatistics


def read_text_lines(
    data: Path, labels: Sequence[str], without_fold: int | None = None
) -> TextLines:
    """Lines to fit weights to, but for those of the writers of one fold.

    Raises:
        OSError: there is no such data.
    """
    rng = np.random.default_rng(SEED)

    def shuffled(name: str) -> list[LabelledLine]:
        read = read_lines(data / "lines" / f"{name}.train.ndjson.gz")
        kept = [line for line in read if fold_of(line.writer) != without_fold]
        return [kept[at] for at in rng.permutation(len(kept))]

    words, lines = shuffled("unipen-words"), shuffled("unipen-lines")
    known = [line for line in [*words, *lines] if line.groups and set(line.label) <= set(labels)]
    known = [known[at] for at in rng.permutation(len(known))]
    texts, first, others = set[str](), list[LabelledLine](), list[LabelledLine]()
    for line in known:
        (others if line.text in texts else first).append(line)
        texts.add(line.text)
    isolated = [one for some in characters.read_isolated(data).values() for one in some]
    every = [*isolated, *characters.cut(known)]
    some = [one for one in every if fold_of(one.writer) != without_fold]
    statistics = text_statistics.count(some, known[:PLACED_LINES], sorted(texts), labels)
    return TextLines([*first, *others], shuffled("unipen-cursive"), statistics)


def targets_of(
    lines: Iterable[LabelledLine], scorer: TextScorer
) -> tuple[list[TargetLattice], dict[Group, TextLinks]]:
    """The lattices of lines, but for those not read at all, and the links of their groups."""
    targets, links = list[TargetLattice](), dict[Group, TextLinks]()
    for line in lines:
        reader = TextReader(scorer)
        lattice = reader.lattice(FinishedInk.of_points(line.strokes), Query())
        if lattice is None:
            continue
        labels = [scorer.names.index(character) for character in line.label]
        kinds = [
            kind_of(label, spaced=spaced)
            for label, spaced in zip(labels, spaces_of(line), strict=True)
        ]
        targets.append(TargetLattice(lattice, labels, line.groups, line.writer, kinds))
        of_line = reader.links(Query())
        links |= {node.group: of_line for node in lattice.nodes}
    return targets, links


def fit(
    lines: Sequence[LabelledLine],
    unseen: Sequence[LabelledLine],
    network: CharacterNetwork,
    statistics: TextStatistics,
    letters: LetterModel,
) -> TextWeights:
    """Fit the weights to lines, and how far they are trusted to those of writers unseen.

    Nothing is rejected yet.
    """
    start = weights_of(START, statistics)
    scorer = TextScorer(network, start, letters)
    targets, links = targets_of(lines, scorer)
    fitted, unreachable = line_field.fit(targets, TextFeatures(scorer.labels, links), START)
    names = (*LABEL_FEATURES, *LINK_FEATURES)
    parts = np.array([[name in part for name in names] for part in TRUST_PARTS], float)
    scorer = TextScorer(network, weights_of(fitted, statistics), letters)
    targets_unseen, links = targets_of(unseen, scorer)
    features = TextFeatures(scorer.labels, links)
    trust = line_field.fit_trust(targets_unseen, features, fitted, parts)
    fitted = fitted * (trust @ parts)
    print("  trust: " + ", ".join(f"{one:.2f}" for one in trust))
    print(f"  {len(lines) - len(targets)} of {len(lines)} lines are not read at all,")
    print(f"  {unreachable} more cannot be read as their text")
    return weights_of(fitted, statistics)


def weights_of(fitted: Floats, statistics: TextStatistics) -> TextWeights:
    """The weights for serving, from those in the order of `START`; nothing is rejected yet."""
    rounded = [round(one, 4) for one in fitted.tolist()]
    of_label, of_link = rounded[: len(LABEL_FEATURES)], rounded[len(LABEL_FEATURES) :]
    return TextWeights(
        label=LabelWeights(**dict(zip(LABEL_FEATURES, of_label, strict=True))),
        link=TextLinkWeights(**dict(zip(LINK_FEATURES, of_link, strict=True))),
        space=statistics.space,
        joined=JoinedWeights(**dict.fromkeys(JoinedWeights.__struct_fields__, 0.0)),
        labels=statistics.labels,
        shapes=statistics.shapes,
        reject_below=-1e9,
        joined_above=1e9,
        network="",
    )


def write(folder: Path, data: Path, *, without_fold: int | None = None) -> TextWeights:
    """Fit the weights to the network in a folder, and write them beside it.

    Raises:
        OSError: there is no such data.
        WeightsError: there is no network, or no model of letters.
    """
    network, letters = CharacterNetwork.load(folder), read_letter_model(folder)
    names = network.card.labels_of(TEXT_TASK)
    lines, cursive, statistics = read_text_lines(data, names, without_fold)
    unseen = [
        line
        for name in ("words", "lines")
        for line in read_lines(data / "lines" / f"unipen-{name}.val.ndjson.gz")
        if set(line.label) <= set(names)
    ]
    weights = fit(lines[:LINES], unseen, network, statistics, letters)
    # Other lines than those that the weights were fitted to.
    printed = lines[LINES : LINES + JOINED]
    weights = with_rejection(weights, printed, cursive[:JOINED], network, letters)
    served = network.card.files[network.card.served].sha256
    weights = msgspec.structs.replace(weights, network=served)
    write_fitted(folder / TEXT_WEIGHTS, weights)
    return weights


def main() -> None:
    """Fit, print, write."""
    weights = fit_by_command(
        "train.model.text_weights",
        "Fit the weights of a text's score to a network.",
        "weights/characters",
        write,
    )
    for name in ("label", "link", "space", "joined", "reject_below", "joined_above"):
        print(f"  {name}: {getattr(weights, name)}")


if __name__ == "__main__":
    main()
