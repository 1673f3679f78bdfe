"""Fits when a text is rejected: letters are joined, or the ink looks like no text."""

from collections.abc import Sequence

import msgspec
import numpy as np
from scipy.optimize import minimize

from realtime.ink.stroke import FinishedInk
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.lines.k_best import readings
from realtime.recognition.lines.reading import log_likeness
from realtime.recognition.recognizer import Query
from realtime.recognition.text.joined import odds_of
from realtime.recognition.text.letters import LetterModel
from realtime.recognition.text.reader import TextReader
from realtime.recognition.text.scorer import TextScorer
from realtime.recognition.text.weights import JoinedWeights, TextWeights
from train.data.lines import LabelledLine
from train.model.path_sums import Floats

FALSE_REJECTS = 0.02  # share of lines in print that may be rejected, for each reason


def with_rejection(
    weights: TextWeights,
    printed: Sequence[LabelledLine],
    cursive: Sequence[LabelledLine],
    network: CharacterNetwork,
    letters: LetterModel,
) -> TextWeights:
    """The weights with those of joined letters, and thresholds for what is rejected."""
    scorer = TextScorer(network, weights, letters)
    of_printed, likenesses = _signs_of_joining(printed, scorer)
    of_cursive, _ = _signs_of_joining(cursive, scorer)
    rows = np.array([*of_printed, *of_cursive])
    is_cursive = np.repeat([0.0, 1.0], [len(of_printed), len(of_cursive)])
    middle, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    standard = np.column_stack([np.ones(len(rows)), (rows - middle) / scale])

    def loss(of: Floats) -> tuple[float, Floats]:
        odds = standard @ of
        value = np.logaddexp(0, odds).sum() - is_cursive @ odds + of[1:] @ of[1:] / 2
        gradient: Floats = standard.T @ (1 / (1 + np.exp(-odds)) - is_cursive)
        gradient[1:] += of[1:]
        return float(value), gradient

    found = minimize(loss, np.zeros(standard.shape[1]), jac=True, method="L-BFGS-B").x
    slopes = found[1:] / scale
    joined = [round(one, 4) for one in (found[0] - slopes @ middle, *slopes.tolist())]
    names = JoinedWeights.__struct_fields__
    weights = msgspec.structs.replace(
        weights,
        joined=JoinedWeights(**dict(zip(names, map(float, joined), strict=True))),
        reject_below=round(float(np.quantile(likenesses, FALSE_REJECTS)), 4),
    )
    odds = [odds_of(row, weights.joined) for row in of_printed]
    above = round(float(np.quantile(odds, 1 - FALSE_REJECTS)), 4)
    return msgspec.structs.replace(weights, joined_above=above)


def _signs_of_joining(
    lines: Sequence[LabelledLine], scorer: TextScorer
) -> tuple[list[tuple[float, ...]], list[float]]:
    """What speaks for joined letters in lines, and how much they look like their readings."""
    signs, likenesses = [], []
    for line in lines:
        reader = TextReader(scorer)
        lattice = reader.lattice(FinishedInk.of_points(line.strokes), Query())
        if lattice is not None:
            best = next(readings(lattice, most=1))
            signs.append(reader.joined_features(best.groups))
            likenesses.append(log_likeness(best))
    return signs, likenesses
