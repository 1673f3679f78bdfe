"""The model card in Markdown: architecture, accuracy by source, training, data and licences."""

import numpy as np

from realtime.processor import instruction_sets
from train.data.augment import PEN_WIDTH_RANGE
from train.data.digit_pool import ALLOGRAPHS
from train.evaluation import pictures, ways
from train.evaluation.calibration import crossed_calibration_error, crossed_rejects
from train.evaluation.measures import CALIBRATION_BINS, Measured
from train.evaluation.results import Results

CARD = "MODEL_CARD.md"

LICENCES = """\
- MNIST, CC BY-SA 3.0: Yann LeCun, Corinna Cortes, Christopher J. C. Burges.
- Pen-Based Recognition of Handwritten Digits, CC BY 4.0: E. Alpaydin, Fevzi Alimoglu, 1998,
  doi 10.24432/C5MG6K.
- UniPen train_r01_v07, CC BY 4.0: International Unipen Foundation, 1999,
  doi 10.5281/zenodo.1195803.
"""

TRIED = """\
## What else was tried

Measured with this network's forerunners (November 2026), on the validation writers; not measured
again by `make evaluate`. Other networks, and their accuracy over their size: `docs/networks.md`.

- The ink knows more than its picture. Four equal networks, trained shortly on pens alone, right on
  pendigits and UniPen: picture 99.12 and 93.73 %; with the order in time 99.76 and 94.39 %; with
  the direction of the pen 99.68 and 95.64 %; with both 99.76 and 95.59 %. So direction stayed and
  time did not.
- Telling what is no digit by the energy of the digits' logits (Liu et al., "Energy-based
  out-of-distribution detection", 2020) accepts more than the learned class does: 2.7 % against
  2.3 %, and 6.3 % against 3.7 % early in training.
- Labels checked by threefold cross-validation over writers: 167 of 10,799 training digits were
  contradicted; 48, judged one by one, were plainly wrong, most of them single strokes of a 4 and
  level lines. The others are right and rare, and worth more than most.
- The mean over two pen widths is no better than one width.
"""


def figures(results: Results) -> str:
    """The figures by source and those over all pens, as two Markdown tables."""
    lines = [
        "| source | samples | right | in the top 3 | mean over writers |",
        "|---|---|---|---|---|",
    ]
    for name in (*results.pens, "mnist-val", "mnist-test"):
        one, samples = results.measured[name], results.pens.get(name)
        if not samples:
            lines.append(_row(name, one, None))
            continue
        lines.append(_row(name, one, [sample.writer for sample in samples]))
        sound = np.array([not sample.mislabelled for sample in samples], bool)
        if not sound.all():
            writers = [sample.writer for sample in samples if not sample.mislabelled]
            title = f"{name} without {(~sound).sum()} plainly wrong labels"
            lines.append(_row(title, one.select(sound), writers))
    final, digits = results.facts.final, results.digits
    calibration = digits.calibration_error(final.temperature)
    writers = [sample.writer for sample in results.samples]
    crossed = crossed_calibration_error(digits, writers)
    everything = np.concatenate([one.rejection() for one in results.others.values()])
    accepted = np.mean(everything <= final.reject_threshold)
    lines += [
        "",
        "| over all pens' validation writers | |",
        "|---|---|",
        f"| expected calibration error, {CALIBRATION_BINS} bins | {calibration:.2%} |",
        (
            "| the same, each half of the writers with the temperature fitted on the other | "
            f"{crossed:.2%} |"
        ),
        f"| digits rejected | {digits.rejected(final.reject_threshold):.2%} |",
        (
            "| the same, each writer with the threshold fitted on the others "
            f"| {crossed_rejects(digits, writers):.2%} |"
        ),
        (
            "| taken for a digit though none: letters, symbols and made-up ink together "
            f"| {accepted:.2%} |"
        ),
    ]
    for name, one in results.others.items():
        share = 1 - one.rejected(final.reject_threshold)
        lines.append(f"| … {name} ({len(one.targets)}) | {share:.2%} |")
    lines += [
        (
            "| share of the ink after which the answer is right and stays right, mean "
            f"| {results.early.settled.mean():.1%} |"
        ),
        (
            "| forward pass, in float passes of the plain network; of the textbook's "
            f"| {results.files[0].of_plain:.2f}; {results.files[0].ratio:.2f} "
            f"({results.files[0].microseconds:.0f} µs) |"
        ),
    ]
    return "\n".join(lines)


def _row(title: str, one: Measured, writers: list[str] | None) -> str:
    by_writer = f"{one.mean_over(writers):.2%}" if writers else ""
    counts = f"{len(one.targets)} | {one.accuracy:.2%} | {one.top_accuracy(3):.2%}"
    return f"| {title} | {counts} | {by_writer} |"


def _variants(results: Results) -> str:
    names = list(results.variants[0].accuracy)
    rows = [f"| answered by | {' | '.join(names)} | time |", "|---|" + "---|" * (len(names) + 1)]
    for one in results.variants:
        shares = [f"{one.accuracy[name]:.2%}" if name in one.accuracy else "" for name in names]
        rows.append(f"| {one.name} | {' | '.join(shares)} | {one.ratio:.2f} |")
    return "\n".join(rows)


def _files(results: Results) -> str:
    rows = [
        "| file | bytes | µs | of the plain network | of the textbook's | reads another digit |",
        "|---|---|---|---|---|---|",
    ]
    for one in results.files:
        size = results.facts.files[one.name].bytes
        rows.append(
            f"| `{one.name}` | {size:,} | {one.microseconds:.0f} | {one.of_plain:.2f} "
            f"| {one.ratio:.2f} | {one.differs:.2%} |"
        )
    return "\n".join(rows)


def _ways(results: Results) -> str:
    if not results.ways:
        return ""
    return f"""\
## Ways to make it small

Each way begins with the network of this card as it is before it is trained with rounding in mind,
is exported, and is measured as a file. The one served was trained so for longer.
{ways.explanation(results.ways)}

{ways.table(results.ways)}

{ways.FINDINGS}
"""


def text(results: Results) -> str:
    """The model card, in Markdown."""
    facts = results.facts
    served_kb = facts.files[facts.served].bytes / 1024
    return f"""\
# Model card

Network `{facts.id}`, version {facts.version}: a Keras CNN for handwritten digits, as pen strokes or
as pictures. In: 28×28 of ink and of the pen's direction. Out: ten digits and "none of these", once
for the ink as it stands and once for what it will be when the pen, still moving, is done. Served by
LiteRT as `{facts.served}` ({served_kb:.0f} KB), or in float where that is faster.

Everything here was measured with `{facts.served}` and the serving rasterizer, and `make evaluate`
measures it again. The validation writers are in no training file; what could be chosen was chosen
on them, and temperature and reject threshold were fitted to them. MNIST's test split was only
reported.

{figures(results)}

"None" are letters, symbols, made-up scribbles and wrong groupings of strokes, without those letters
and symbols whose careless form is some digit's careless form (O, l, Z and the like). The threshold
({facts.final.reject_threshold:.3f} on "none of these") is such that one digit in a hundred is
rejected of validation writers who are left out of the fit in turn.
Which labels are plainly wrong, and why, says `train/data/mislabelled.txt`.

## Other ways to answer

Time is that of the forward pass alone, CPU, as a multiple of the textbook network's (two
convolutions, two poolings, one dense layer, float32) in the same run.

{_variants(results)}

## Files and processors

A forward pass is {results.multiply_adds / 1e6:.2f} million multiply-adds. Which file takes less
time depends on the processor: int8 is much faster with VNNI, and slower than float with AVX2 alone.
A server measures both when it starts and takes the faster, unless `INK_PRECISION` names one. Here,
on a processor with {", ".join(instruction_sets()) or "unknown instruction sets"}, in µs and in
float passes of a plain network (three 3×3 convolutions of 32, 64 and 64, a dense layer of 64:
93,000 parameters, 2.79 million multiply-adds) and of the textbook's (2.44 million); "another digit"
is one that the first file does not read in the same validation sample:

{_files(results)}

{_ways(results)}
## Early answers

![Share of digits answered right after each share of the ink]({pictures.EARLY})

## Confusions

![Confusion matrix of the validation writers, rows written, columns read]({pictures.CONFUSION})

## Calibration

![Reliability diagram: accuracy over confidence, the number of samples above each bar]\
({pictures.RELIABILITY})

## Rejection

![Share of what is no digit that is taken for one, over the share of digits rejected]\
({pictures.REJECTION})

## The least likely labels

`make evaluate` also draws `{pictures.LEAST_LIKELY_FILE}`, the fifty of the pens' samples to whose
label the lowest probability was given. The repository does not contain it: it is handwriting of
others.

## How it was made

Trained on {", ".join(facts.trained_on)}. A larger residual network (the teacher) learnt from the
labels, the served one from the labels and from the teacher's logits, also for ink cut off in the
middle. Strokes were bent, turned, shaken, thinned and drawn with pens of {PEN_WIDTH_RANGE[0]} to
{PEN_WIDTH_RANGE[1]} px by the serving rasterizer; {ALLOGRAPHS} digits in each draw were made up, in
forms that are common among people and rare in the data (`train/data/allographs.py`). Letters,
symbols and scribbles served as examples of what is no digit.

{TRIED}
## Data

{LICENCES}
## Use

Meant for single digits, drawn or pictured. Not for several digits at once, for letters, or for
decisions that harm someone when a digit is misread: some writers write unlike all those in the
training data.
"""
