"""`python -m train.evaluation.line_card`: measures the network of lines, writes its model card.

Characters of validation writers count, isolated ones and those cut from lines; how whole lines are
read, `python -m train.evaluation.lines` says.
"""

from pathlib import Path

from realtime.recognition.characters.network import FINAL, CharacterNetwork
from realtime.recognition.model_card import Calibration, ModelCard
from realtime.recognition.tasks import LINE_TASK
from train.data import line_characters
from train.data.dataset import DIGITS, LabelledInk
from train.data.line_characters import LABELS, OTHER, SYMBOLS
from train.evaluation import card_command, measures
from train.evaluation.calibration import calibrate
from train.evaluation.measures import Measured
from train.model import export

MODEL_ID = "lines"
CARD = "MODEL_CARD.md"

# Of each source whose ink may be learnt from: where it is from, and its licence.
LICENCES = {
    "mnist": ("MNIST", "CC BY-SA 3.0: Yann LeCun, Corinna Cortes, Christopher J. C. Burges"),
    "pendigits": (
        "Pen-Based Recognition of Handwritten Digits",
        "CC BY 4.0: E. Alpaydin, Fevzi Alimoglu, 1998, doi 10.24432/C5MG6K",
    ),
    "unipen": (
        "UniPen train_r01_v07, isolated characters, numbers, words and lines",
        (
            "CC BY 4.0: International Unipen Foundation, 1999, doi 10.5281/zenodo.1195803 "
            "(the notice on its CD speaks of research)"
        ),
    ),
    "mathnote": ("mathnote-ocr, signs and formulas of one writer", "Apache-2.0"),
    "detexify": (
        "Detexify, signs",
        (
            "ODbL 1.0: contains information from the Detexify symbol database, "
            "which is made available under the Open Database License"
        ),
    ),
}


def write(folder: Path, data: Path, *, version: str, trained_on: list[str]) -> ModelCard:
    """Measure the exported network in a folder, and write both forms of its model card.

    Raises:
        OSError: there is no such data.
    """
    validation = validation_characters(data)
    rasters, targets = measures.rasters_of(validation), measures.targets_of(validation)

    def write_card(calibration: Calibration, accuracy: dict[str, float]) -> ModelCard:
        return export.write_model_card(
            folder,
            version=version,
            final=calibration,
            interim=calibration,
            accuracy=accuracy,
            trained_on=trained_on,
            model_id=MODEL_ID,
            task=LINE_TASK,
            labels=LABELS,
        )

    # This card is provisional, so that the served file is measured as the server will load it.
    write_card(Calibration(temperature=1.0, reject_threshold=1.0), {})
    logits = measures.logits_of(CharacterNetwork.load(folder), rasters)[:, FINAL]
    right = logits[:, :OTHER].argmax(axis=1) == targets
    # The calibration is that of single digits; what a line's probabilities are, its weights decide.
    is_digit = targets < len(DIGITS)
    digits = Measured(logits[is_digit][:, [*range(len(DIGITS)), OTHER]], targets[is_digit])
    writers = [one.writer for one in validation if one.target < len(DIGITS)]
    accuracy = {"characters": float(right.mean()), "digits": float(right[is_digit].mean())}
    card = write_card(calibrate(digits, writers), accuracy)
    by_label = {
        label: (float(right[targets == index].mean()), int((targets == index).sum()))
        for index, label in enumerate(LABELS)
        if (targets == index).any()
    }
    (folder / CARD).write_text(_text(card, by_label))
    return card


def validation_characters(data: Path) -> list[LabelledInk]:
    """The validation writers' characters of lines, isolated ones and those cut from lines.

    Raises:
        OSError: there is no such data.
    """
    isolated = line_characters.read_isolated(data, "val")
    cut = line_characters.cut(line_characters.lines_with_known_strokes(data, "val"))
    everything = [*(one for some in isolated.values() for one in some), *cut]
    return [character for character in everything if character.target != OTHER]


def _text(card: ModelCard, by_label: dict[str, tuple[float, int]]) -> str:
    """The model card in Markdown."""
    digits, signs = (
        " ".join(f"`{label}`" for label in some if label in by_label) for some in (DIGITS, SYMBOLS)
    )
    rows = "\n".join(
        f"| `{label}` | {share:.1%} | {count} |" for label, (share, count) in by_label.items()
    )
    sources = sorted({name.partition("-")[0] for name in card.trained_on} & LICENCES.keys())
    licences = "\n".join(f"- {LICENCES[one][0]}: {LICENCES[one][1]}." for one in sources)
    return f"""# Model card: characters of lines

Version {card.version}. Tells apart the digits {digits} and the signs {signs}, and ink that is none
of these. It reads groups of strokes of a line; which groups are characters, and what the line says,
is decoded over them ([docs/lines.md](../../docs/lines.md), `line.json`). Single digits are read by
the network in `weights/digits/`.

The architecture is that of the digits' student, with more labels; input and rasterizer (version
{card.rasterizer_version}) are the same. Served is `{card.served}`, or `{MODEL_ID}.float32.tflite`
where the processor runs that faster.

## Accuracy

Right of the validation writers' characters, isolated and cut from lines, at any size: without its
size and place on a line a full stop cannot be told from a comma or a 1, and no × from an x.
All of them {card.accuracy["characters"]:.2%}, digits {card.accuracy["digits"]:.2%}.

| label | right | samples |
|---|---|---|
{rows}

## Trained on

Isolated characters, characters cut from lines of training writers, and wrong groups of strokes of
real and composed lines; letters as ink that is none of these. Two signs have too little ink with a
licence: most of the × are a + that was turned, most of the ÷ a - with dots that were made up.
CROHME was never learnt from.

{licences}
"""


def main() -> None:
    """Measure the network, and write its card."""
    description = "Measure the network of lines, and write its model card."
    card_command.run("train.evaluation.line_card", description, Path("weights/lines"), write)


if __name__ == "__main__":
    main()
