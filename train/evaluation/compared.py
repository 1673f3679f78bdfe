"""Figures of two networks beside each other, as JSON and as a table in Markdown."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

FIGURES = "teacher.json"  # in docs/

# What the sources are called in the table, in its order.
_SOURCES = {
    "unipen-digits": "UniPen, validation writers",
    "pendigits": "pendigits, validation writers",
    "mnist-val": "MNIST, validation pictures",
    "mnist-test": "MNIST, test pictures",
}


class NetworkFigures(msgspec.Struct, frozen=True):
    """What was measured of one network.

    Attributes:
        name: what it is called in the table.
        parameters: how many it has.
        multiply_adds: of a forward pass.
        accuracy: share of samples whose best digit is right, by source.
        unipen_writers: mean over UniPen's validation writers of each one's accuracy.
        calibration_error: expected calibration error, 0 to 1, by source.
    """

    name: str
    parameters: int
    multiply_adds: int
    accuracy: dict[str, float]
    unipen_writers: float
    calibration_error: dict[str, float]


class Compared(msgspec.Struct, frozen=True):
    """The networks that are compared, the small one first."""

    networks: Sequence[NetworkFigures]

    def write(self, folder: Path) -> None:
        """Write the figures as JSON."""
        content = msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"
        (folder / FIGURES).write_bytes(content)

    def table(self) -> str:
        """The table, in Markdown."""
        rows = [["", *(one.name for one in self.networks)]]
        rows.append(["parameters", *(f"{one.parameters:,}" for one in self.networks)])
        rows.append(
            ["million multiply-adds", *(f"{one.multiply_adds / 1e6:.1f}" for one in self.networks)]
        )
        for source, name in _SOURCES.items():
            rows.append(
                [f"{name}, right", *(f"{one.accuracy[source]:.2%}" for one in self.networks)]
            )
        rows.append(
            ["UniPen, mean over writers", *(f"{one.unipen_writers:.2%}" for one in self.networks)]
        )
        for source, name in _SOURCES.items():
            errors = (f"{one.calibration_error[source]:.2%}" for one in self.networks)
            rows.append([f"{name}, calibration error", *errors])
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "|---|" + "---:|" * len(self.networks))
        return "\n".join(lines)
