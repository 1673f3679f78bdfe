"""Accuracy over multiply-adds of networks that were trained alike: figures, table, picture."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

FIGURES, PICTURE = "networks.json", "networks.png"
# The sources that tell networks apart: of the third, all read nearly everything.
SOURCES = ("unipen-digits", "mnist-val")
DPI = 100
COLOURS = ("tab:blue", "tab:orange", "tab:green")
TICKS = (0.5, 1, 2, 4, 8)  # million multiply-adds


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """One network.

    Attributes:
        name: in `train.model.networks`.
        recipe: how it was trained; those of one recipe can be compared.
        multiply_adds: of a forward pass.
        float_passes: time of its float32 file, in float passes of the plain network.
        int8_passes: time of its int8 file, in the same.
        accuracy: share of digits that are right, by source.
        writers: the same as a mean over writers.
    """

    name: str
    recipe: str
    multiply_adds: int
    float_passes: float
    int8_passes: float
    accuracy: dict[str, float]
    writers: dict[str, float]


def read(folder: Path) -> list[Trained]:
    """The figures in a folder."""
    return msgspec.json.decode((folder / FIGURES).read_bytes(), type=list[Trained])


def write(networks: Sequence[Trained], folder: Path) -> None:
    """Write the figures into a folder."""
    content = msgspec.json.format(msgspec.json.encode(networks), indent=1)
    (folder / FIGURES).write_bytes(content + b"\n")


def _recipes(networks: Iterable[Trained]) -> dict[str, list[Trained]]:
    """The networks by recipe, each in the order of their multiply-adds."""
    found: dict[str, list[Trained]] = {}
    for one in sorted(networks, key=lambda one: one.multiply_adds):
        found.setdefault(one.recipe, []).append(one)
    return found


def table(networks: Iterable[Trained]) -> str:
    """The figures as Markdown tables, one for each recipe."""
    tables = []
    for recipe, some in _recipes(networks).items():
        titles = [recipe, "multiply-adds", "float", "int8", "pendigits", "unipen-digits"]
        titles += ["mean over writers", "mnist-val"]
        lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
        for one in some:
            shares = [one.accuracy["pendigits"], one.accuracy["unipen-digits"]]
            shares += [one.writers["unipen-digits"], one.accuracy["mnist-val"]]
            cells = " | ".join(f"{share:.2%}" for share in shares)
            lines.append(
                f"| {one.name} | {one.multiply_adds / 1e6:.2f} M | {one.float_passes:.2f} "
                f"| {one.int8_passes:.2f} | {cells} |"
            )
        tables.append("\n".join(lines))
    return "\n\n".join(tables)


def draw(networks: Iterable[Trained], folder: Path) -> None:
    """Draw the curves into a folder, with the best for so many multiply-adds joined."""
    # Tables are written without it, and it takes a second to be loaded.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.6), layout="constrained")
    for axes, source in zip(figure.subplots(1, 2), SOURCES, strict=True):
        axes.set(
            xlabel="million multiply-adds", ylabel=f"right of {source}", xscale="log", title=source
        )
        for (recipe, some), colour in zip(_recipes(networks).items(), COLOURS, strict=False):
            millions = np.array([one.multiply_adds / 1e6 for one in some])
            shares = np.array([one.accuracy[source] for one in some])
            axes.plot(millions, shares, "o", color=colour, label=recipe)
            best = np.maximum.accumulate(shares)
            axes.step(millions, best, where="post", color=colour, alpha=0.3)
            for one, x, y in zip(some, millions, shares, strict=True):
                axes.annotate(
                    one.name, (x, y), xytext=(4, -11), textcoords="offset points", fontsize=8
                )
        axes.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
        axes.minorticks_off()
        axes.margins(x=0.12, y=0.1)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.1%}")
        axes.grid(color="#eeeeee")
    axes.legend(loc="lower right")
    figure.savefig(folder / PICTURE, dpi=DPI)
