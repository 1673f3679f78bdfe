"""Ways to make the network small, compared: their measures, their file, and their table.

`python -m train.compression` measures them and writes the file beside the weights; the model card
shows it as long as the weights are those that were measured.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from realtime.recognition.model_card import ModelCard

WAYS = "compression.json"

FINDINGS = """\
- TensorFlow Model Optimization (0.8.1) takes networks of Keras 2 alone. Keras's own
  `quantize("int8")` (3.15.1) rounds dense layers and no convolutions, and LiteRT's converter takes
  no such network. So rounding in training is done by layers of this project
  (`train/model/quantization_aware.py`), whose ranges the converter reads; LiteRT's answers differ
  from theirs by a step or two of the last rounding.
- LiteRT makes sparse kernels dense as it loads them, and computes with the zeros: such files are
  smaller, and take as long. Its sparse kernels (of XNNPACK, on x86 and ARM, float only) want a
  network that begins with a 3×3 convolution of stride 2 and padding on all sides, ends in a mean
  over the map, and has two thirds of zeros. It does not run sparse int8 files with a dense layer.
  2:4 is a pattern of GPUs' sparse tensor cores; no processor that LiteRT knows gains by it.
- Zeros are worth something where a file travels compressed."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One exported file.

    Attributes:
        way: how the network was made small.
        file: what the file computes with, or how it stores it.
        accuracy: share of digits that are right, by source; empty if LiteRT does not run it.
        differs: share of all these whose best digit is not that of the float32 file.
        bytes: its size.
        gzipped: its size once compressed, as it travels.
        multiply_adds: of a forward pass, zeros counted.
        microseconds: CPU time of a forward pass.
        of_plain: that time in float passes of the plain network of 93,000 parameters.
        of_textbook: that time in float passes of Keras's textbook network.
    """

    way: str
    file: str
    accuracy: Mapping[str, float] = msgspec.field(default_factory=dict)
    differs: float = 0
    bytes: int
    gzipped: int
    multiply_adds: int
    microseconds: float = 0
    of_plain: float = 0
    of_textbook: float = 0


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """All files that were compared.

    Attributes:
        version: of the model card of the network that they were made from.
        processor: its instruction sets.
        epochs: of further training, where there was any.
        ways: the files, the float32 one first.
    """

    version: str
    processor: list[str]
    epochs: int
    ways: list[Way]


def write(ways: Ways, weights: Path) -> None:
    """Write them beside the weights."""
    content = msgspec.json.format(msgspec.json.encode(ways), indent=1)
    (weights / WAYS).write_bytes(content + b"\n")


def read(weights: Path, card: ModelCard) -> Ways | None:
    """What was measured of the weights in a folder; None if nothing was, or of others."""
    path = weights / WAYS
    if not path.exists():
        return None
    ways = msgspec.json.decode(path.read_bytes(), type=Ways)
    return ways if ways.version == card.version else None


def explanation(ways: Ways) -> str:
    """What the columns mean, and how the ways were trained."""
    return f"""\
Those that are trained further are so for {ways.epochs} epochs with the teachers' logits, and one is
for nothing else, to compare them with. "Another digit" is the share of all validation samples read
as another digit than by the first file; "gzipped" are the bytes as they travel; times are those of
a forward pass, on a processor with {", ".join(ways.processor) or "unknown instruction sets"}, in µs
and in float passes of a plain network (three 3×3 convolutions of 32, 64 and 64, a dense layer of
64: 93,000 parameters) and of the textbook network, in the same run.
`python -m train.compression` measures all this again."""


def table(ways: Ways) -> str:
    """The files as a Markdown table."""
    sources = list(ways.ways[0].accuracy)
    titles = ["way", "file", *sources, "another digit", "bytes", "gzipped", "multiply-adds"]
    titles += ["µs", "of the plain network", "of the textbook's"]
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for one in ways.ways:
        sizes = [f"{one.bytes:,}", f"{one.gzipped:,}", f"{one.multiply_adds / 1e6:.2f} M"]
        if not one.accuracy:
            cells = [*[""] * (len(sources) + 1), *sizes, "not run", "", ""]
        else:
            cells = [f"{one.accuracy[name]:.2%}" for name in sources]
            cells += [f"{one.differs:.2%}", *sizes, f"{one.microseconds:.0f}"]
            cells += [f"{one.of_plain:.2f}", f"{one.of_textbook:.2f}"]
        lines.append(f"| {one.way} | {one.file} | {' | '.join(cells)} |")
    return "\n".join(lines)
