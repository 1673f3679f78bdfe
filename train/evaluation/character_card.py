"""`python -m train.evaluation.character_card`: measures the network of characters, and its card."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from realtime.recognition.characters.network import FINAL, INTERIM, CharacterNetwork
from realtime.recognition.model_card import MODEL_CARD, Calibration, ModelCard
from realtime.recognition.tasks import CHARACTER_TASK
from train.data import characters, sign_allographs
from train.data.augment import beginning
from train.data.character_pool import ALLOGRAPHS_OF_A_SIGN
from train.data.characters import FORMULA_LABELS, LABELS, NONE, PLAIN_LABELS
from train.data.dataset import LabelledInk
from train.evaluation import card_command, character_sets, measures
from train.evaluation.calibration import calibrate
from train.evaluation.character_sets import ALIKE, Accuracy, CharacterSet
from train.evaluation.line_card import LICENCES
from train.evaluation.measures import Measured
from train.model import export

MODEL_ID = "characters"
CARD = "MODEL_CARD.md"
# The tasks that the network serves, with the labels of each.
TASKS = {CHARACTER_TASK: PLAIN_LABELS, "text": PLAIN_LABELS, "math": FORMULA_LABELS}
# Of isolated characters of the same data others report: on the training data of UniPen with their
# own division of its writers.
ANCHORS = {"digits": "97.1", "capital letters": "92.8", "small letters": "90.7"}
# What the model of letters beside the network is of; see docs/text.md.
LETTERS_LICENCE = (
    (
        "English words and their frequencies, for `letters.json`: the dictionary of symspellpy, "
        "of Google Books Ngram data and SCOWL"
    ),
    "CC BY 3.0 (Google); SCOWL's own, like that of X11; the package is MIT",
)
CONFUSIONS = 30
BEGINNINGS_SEED = 7


def write(folder: Path, data: Path, *, version: str, trained_on: list[str]) -> ModelCard:
    """Measure the exported network in a folder, and write both forms of its model card.

    Raises:
        OSError: there is no such data.
    """
    samples = [one for one in _validation(data) if one.label in PLAIN_LABELS]
    writers = [one.writer for one in samples]
    targets = measures.targets_of(samples)

    def write_card(
        final: Calibration, interim: Calibration, accuracy: dict[str, float]
    ) -> ModelCard:
        return export.write_model_card(
            folder,
            version=version,
            final=final,
            interim=interim,
            accuracy=accuracy,
            trained_on=trained_on,
            model_id=MODEL_ID,
            task=CHARACTER_TASK,
            labels=LABELS,
            labels_of_tasks={task: list(labels) for task, labels in TASKS.items()},
        )

    # This card is provisional, so that the served file is measured as the server will load it.
    unknown = Calibration(temperature=1.0, reject_threshold=1.0)
    write_card(unknown, unknown, {})
    network = CharacterNetwork.load(folder)
    known = character_sets.validation(data)
    found = character_sets.measure(
        known, lambda rasters: measures.logits_of(network, rasters)[:, FINAL]
    )
    rng = np.random.default_rng(BEGINNINGS_SEED)
    begun = [measures.served_raster(beginning(one.strokes, rng)) for one in samples]
    # Of these labels alone, which are the first ones, and of none.
    columns = [*range(len(PLAIN_LABELS)), NONE]
    final, interim = (
        calibrate(Measured(measures.logits_of(network, rasters)[:, head][:, columns], targets), who)
        for rasters, head, who in (
            (measures.rasters_of(samples), FINAL, writers),
            (np.stack(begun), INTERIM, writers),
        )
    )
    card = write_card(final, interim, {name: one.top1 for name, one in found.items()})
    (folder / CARD).write_text(_text(card, found, _confusions(network, known), data))
    return card


def _validation(data: Path) -> list[LabelledInk]:
    isolated = characters.read_isolated(data, "val")
    return [one for some in isolated.values() for one in some if one.target != NONE]


def _confusions(
    network: CharacterNetwork, known: dict[str, CharacterSet]
) -> list[tuple[int, str, str]]:
    """What is read most often as something else, all labels but signs of mathematics allowed."""
    counts: dict[tuple[str, str], int] = {}
    for one in known.values():
        logits = measures.logits_of(network, one.rasters)[:, FINAL, : len(PLAIN_LABELS)]
        for target, read in zip(one.targets, logits.argmax(axis=1), strict=True):
            if target != read:
                pair = LABELS[target], LABELS[read]
                counts[pair] = counts.get(pair, 0) + 1
    alike = {frozenset((one, other)) for group in ALIKE for one in group for other in group}
    ranked = [(count, *pair) for pair, count in counts.items() if frozenset(pair) not in alike]
    return sorted(ranked, reverse=True)[:CONFUSIONS]


def _text(
    card: ModelCard,
    found: dict[str, Accuracy],
    confusions: Sequence[tuple[int, str, str]],
    data: Path,
) -> str:
    """The model card in Markdown."""
    rows = "\n".join(
        f"| {name} | {one.samples} | {one.top1:.2%} | {one.top3:.2%} | {ANCHORS.get(name, '')} |"
        for name, one in found.items()
    )
    alike = ", ".join(f"`{' '.join(group)}`" for group in ALIKE)
    confused = ", ".join(f"{one} as {other} ({count})" for count, one, other in confusions)
    return f"""# Model card: characters

Version {card.version}. Tells {len(LABELS)} characters apart, and ink that is none of them: digits,
letters, punctuation (`{characters.PUNCTUATION}`) and signs of mathematics
({" ".join(characters.MATHEMATICS)}). Three tasks share it, each with labels of its own:
single characters, words in print, and formulas. Single digits are read by the network in
`weights/digits/`, lines of numbers by that in `weights/lines/`.

Input and rasterizer (version {card.rasterizer_version}) are those of the digits. Served is
`{card.served}`, or `{MODEL_ID}.float32.tflite` where the processor runs that faster.

## Accuracy

Isolated characters of validation writers, of whom nothing was learnt, each set with its own labels
allowed (`config.labels`). In "{character_sets.TOGETHER}" those count as one character whose shapes
are the same: {alike}.
UniPen has single straight lines of letters that are labelled as the whole ones: letters are
measured without these, too.
Beside it what Bahlmann and Burkhardt report ("The writer independent online handwriting
recognition system frog on hand and cluster generative statistical dynamic time warping", 2004) for
other writers of the same collection, as remembered and not looked up.

| set | samples | right | in the top 3 | CSDTW |
|---|---|---|---|---|
{rows}

Most often confused, but for those of the same shape: {confused}.

## Trained on

Isolated characters, characters cut from lines and formulas of training writers, wrong groups of
strokes, and scribble. CROHME was never learnt from.

{_licences(card, data)}

Signs with little ink that may be used are drawn from patterns as well, bent at random:

{_made_up(data)}
"""


def _licences(card: ModelCard, data: Path) -> str:
    sources = sorted({name.partition("-")[0] for name in card.trained_on} & LICENCES.keys())
    isolated = characters.read_isolated(data)
    counts = {
        source: sum(len(some) for name, some in isolated.items() if name.startswith(source))
        for source in sources
    }
    rows = [f"| {LICENCES[one][0]} | {counts[one] or ''} | {LICENCES[one][1]} |" for one in sources]
    return "\n".join(["| data | isolated characters | licence |", "|---|---|---|", *rows])


def _made_up(data: Path) -> str:
    """How much ink there is of each sign, and how many samples of a draw are made up."""
    counts: dict[str, dict[str, int]] = {}
    for source, some in characters.read_isolated(data).items():
        for one in some:
            of = counts.setdefault(one.label, {})
            of[source] = of.get(source, 0) + 1
    rows = [
        "| sign | mathnote (one writer) | Detexify | made up, in one draw |",
        "|---|---|---|---|",
    ]
    made = sign_allographs.labels()
    for label in characters.MATHEMATICS:
        of = counts.get(label, {})
        rows.append(
            f"| {label} | {of.get('mathnote-symbols', 0)} | {of.get('detexify-symbols', 0)} "
            f"| {ALLOGRAPHS_OF_A_SIGN if label in made else 0} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Measure the network, and write its card."""
    description = f"Measure the network of characters, and write {CARD} and {MODEL_CARD}."
    card_command.run(
        "train.evaluation.character_card", description, Path("weights/characters"), write
    )


if __name__ == "__main__":
    main()
