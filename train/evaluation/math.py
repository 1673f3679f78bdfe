"""`python -m train.evaluation.math`: measures the reading of signs and of formulas.

CROHME's are only measured: nothing is fitted to them, and none of their ink is kept. The tables are
printed, and written into `docs/math.md` between their markers; the worst formulas are printed only.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from gzip import open as open_gzip
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realtime.ink.stroke import FinishedInk
from realtime.recognition.characters.group_raster import SampledStroke, rasterize_group
from realtime.recognition.characters.network import FINAL, CharacterNetwork
from realtime.recognition.math.recognizer import MathRecognizer
from realtime.recognition.math.scoring import MathScorer
from realtime.recognition.math.signs import DOT
from realtime.recognition.math.tree import signs_of
from realtime.recognition.math.weights import find_math_weights
from train.command_line import weights_parser
from train.data import characters
from train.data.characters import label_of
from train.data.composed_formulas import compose
from train.data.formula_texts import formula
from train.data.lines import read_lines
from train.evaluation.math_measures import (
    ReadFormula,
    calibration_error,
    kinds_of,
    read_all,
    segmentation_f,
    stroke_costs,
)

SEED = 23
WORST = 50
CONFUSIONS = 30
COMPOSED = 400
# Strokes at which the cost is told, and formulas that are written.
AT = 30
NEAR_BY = 3
COSTED = 12
# Made-up formulas that signs are counted in, and the share of all signs that is taken to be as
# frequent as each other.
TEXTS = 6_000
EVEN = 0.06
# A median sign of a formula is so many heights of a capital letter long.
MEDIAN_SIGN = 0.78
FILES = {
    "CROHME (test only)": "test-only/crohme-nc-expressions.val.ndjson.gz",
    "ink2tex val": "lines/ink2tex-expressions.val.ndjson.gz",
    "mathnote (its groups were trained on)": "lines/mathnote-expressions.train.ndjson.gz",
}
SYMBOLS = "test-only/crohme-nc-symbols.val.ndjson.gz"


def main() -> None:
    """Measure, print tables in Markdown, and write them."""
    options = _parse_arguments()
    network = CharacterNetwork.load(options.weights)
    weights = find_math_weights(options.weights, network.card)
    if weights is None:
        sys.exit(f"{options.weights} holds no math.json: run python -m train.model.math_weights")
    recognizer = MathRecognizer(network, weights)
    tables = {}
    symbols = options.data / SYMBOLS
    if symbols.exists():
        tables["symbols"] = symbols_table(recognizer.scorer, symbols)
    read: dict[str, list[ReadFormula]] = {}
    lines = ["| formulas | kind | count | right | among the best five |", "|---|---|---|---|---|"]
    for name, path in FILES.items():
        if (options.data / path).exists():
            read[name], left_out = read_all(
                recognizer, read_lines(options.data / path)[:: options.every]
            )
            print(f"{name}: {left_out} have signs that are not known, or are no LaTeX", flush=True)
            lines += _rows_of(name, read[name])
    tables["formulas"] = "\n".join(lines)
    tables["certainty"] = certainty_table(read)
    tables["speed"] = speed_table(recognizer, options.data)
    print(f"\n{worst_table(next(iter(read.values()), []))}")
    page = options.page.read_text(encoding="utf-8") if options.page.exists() else ""
    for name, table in tables.items():
        print(f"\n{table}")
        page = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda found, table=table: f"{found[1]}\n{table}\n\n{found[2]}",
            page,
            flags=re.DOTALL,
        )
    if page:
        options.page.write_text(page, encoding="utf-8")


def symbols_table(scorer: MathScorer, path: Path) -> str:
    """Isolated signs: by their shape alone, and with size and frequency as in a formula."""
    ranks: dict[str, list[int]] = {"shape alone": [], "with its size": [], "and how frequent": []}
    confusions: Counter[tuple[str, str]] = Counter()
    labels = scorer.names
    facts, parse = scorer.weights.labels, scorer.weights.parse
    among = [labels.index(label) for label in scorer.index]
    names = list(scorer.index)
    size_of = np.array([(facts[name].size, facts[name].size_scale) for name in names]).T
    share = frequencies(names)
    with open_gzip(path) as file:
        for line in file:
            sample = json.loads(line)
            label = label_of(sample["label"])
            if label not in scorer.index:
                continue
            strokes = [np.array(stroke, np.float32) for stroke in sample["strokes"] if stroke]
            raster = _raster(FinishedInk.of_points(strokes))
            logits = scorer.network.infer([raster]).logits[0, FINAL][among]
            logits = logits - np.log(np.exp(logits - logits.max()).sum()) - logits.max()
            counts = np.array([facts[name].strokes[min(len(strokes), 4) - 1] for name in names])
            size = np.log(max(sample["rel_w"], sample["rel_h"], 5) / 100 * MEDIAN_SIGN)
            off = (size - size_of[0]) / size_of[1]
            placed = parse.network * (logits + np.log(np.maximum(counts, 1e-4)))
            placed = placed + parse.geometry * (-2.5 * np.log1p(off * off / 4) - np.log(size_of[1]))
            frequent = placed + parse.language * share
            target = names.index(label)
            for scores, found in zip((logits, placed, frequent), ranks.values(), strict=True):
                found.append(int((scores > scores[target]).sum()))
            best = names[int(frequent.argmax())]
            if best != label:
                confusions[label, best] += 1
    rows = [
        f"| {name} | {len(found)} | {_share(np.array(found) < 1)} | {_share(np.array(found) < 3)} |"
        for name, found in ranks.items()
    ]
    most = ", ".join(
        f"{_code(one)} as {_code(other)} {count}"
        for (one, other), count in confusions.most_common(CONFUSIONS)
    )
    head = "| CROHME's isolated signs, validation | count | top-1 | top-3 |\n|---|---|---|---|"
    return "\n".join([head, *rows, "", f"Read as another most often: {most}."])


def frequencies(names: Sequence[str]) -> npt.NDArray[np.float64]:
    """The logarithm of each sign's share in made-up formulas, of shape (names,)."""
    rng = np.random.default_rng(SEED)
    counts = Counter(sign.label for _ in range(TEXTS) for sign in signs_of(formula(rng)))
    counts["."] += counts.pop(DOT, 0)
    shares = np.array([counts[name] for name in names]) / counts.total()
    return np.log((1 - EVEN) * shares + EVEN / len(names))


def _raster(ink: FinishedInk) -> np.ndarray:
    return rasterize_group([SampledStroke(stroke.points) for stroke in ink.finished])


def _rows_of(name: str, read: Sequence[ReadFormula]) -> list[str]:
    by_kind: dict[str, list[ReadFormula]] = {}
    for one in read:
        for kind in kinds_of(one.form):
            by_kind.setdefault(kind, []).append(one)
    return [
        f"| {name} | {kind} | {len(some)} | {_share([one.is_right for one in some])} | "
        f"{_share([one.form in one.forms[:5] for one in some])} |"
        for kind, some in sorted(by_kind.items(), key=lambda item: len(item[1]))
    ]


def certainty_table(read: dict[str, list[ReadFormula]]) -> str:
    """How well signs are cut, and how far probabilities are off."""
    rows = [
        f"| {name} | {segmentation_f(some):.1%} | {calibration_error(some):.3f} |"
        for name, some in read.items()
    ]
    return "\n".join(["| formulas | segmentation F | ECE |", "|---|---|---|", *rows])


def speed_table(recognizer: MathRecognizer, data: Path) -> str:
    """What a stroke costs in long composed formulas."""
    isolated = [one for some in characters.read_isolated(data, "val").values() for one in some]
    long = [one for one in compose(isolated, COMPOSED, SEED) if len(one.strokes) >= AT + NEAR_BY][
        :COSTED
    ]
    costs = [cost for one in long for cost in stroke_costs(recognizer.reader(), one.strokes)]
    rows = []
    for first, last in ((1, 10), (11, 20), (AT - NEAR_BY, AT + NEAR_BY)):
        some = [took for place, took in costs if first <= place <= last]
        if some:
            rows.append(
                f"| {first} to {last} | {np.mean(some):.1f} | {np.median(some):.1f} | "
                f"{np.quantile(some, 0.95):.1f} |"
            )
    head = "| strokes | mean, ms of CPU | median | 95 % |\n|---|---|---|---|"
    return "\n".join([head, *rows])


def worst_table(read: Sequence[ReadFormula]) -> str:
    """The formulas that were read wrong with most certainty."""
    wrong = sorted([one for one in read if not one.is_right], key=lambda one: -one.probability)
    rows = [
        f"| {_code(' '.join(one.form))} | {_code(' '.join(one.forms[0]) if one.forms else '')} | "
        f"{one.probability:.2f} |"
        for one in wrong[:WORST]
    ]
    return "\n".join(["| written | read | p |", "|---|---|---|", *rows])


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _share(right: Sequence[bool] | np.ndarray) -> str:
    return f"{float(np.mean(right)):.1%}"


def _parse_arguments() -> argparse.Namespace:
    parser = weights_parser(
        "train.evaluation.math", "Measure the reading of formulas.", "weights/characters"
    )
    parser.add_argument("--page", type=Path, default=Path("docs/math.md"))
    parser.add_argument(
        "--every", type=int, default=1, help="read every so many formulas only, for a first look"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
