"""The table of ways to run a network, in Markdown, and where it is kept."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks.engines.callers import CallerMeasurement

NAME = "engines-measured"
_BEGIN, _END = "<!-- measured: begin -->\n", "<!-- measured: end -->"


class Way(Struct, frozen=True):
    """One way to run a network.

    Attributes:
        engine: what runs it.
        network: which.
        how: whether each raster is asked for alone, or those of several callers together.
        callers: the figures for each number of callers, one and many.
        megabytes: private memory of the engine's processes, with all the networks that it serves;
            in the process, what the network adds.
    """

    engine: str
    network: str
    how: str
    callers: list[CallerMeasurement]
    megabytes: float


def row(way: Way) -> str:
    """A way's row of the table."""
    one, many = way.callers
    cells = [
        *(way.engine, way.network, way.how),
        f"{many.images_per_s:,.0f}",
        f"{one.p50_ms:.2f}",
        f"{one.p99_ms:.2f}",
        f"{many.p50_ms:.1f}",
        f"{many.p99_ms:.1f}",
        f"{many.images_a_request:.1f}",
        f"{many.cpu_us:.0f}",
        f"{way.megabytes:.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


def table(ways: Sequence[Way]) -> str:
    """The table."""
    many = ways[0].callers[1].callers
    head = [
        *("way", "network", "rasters", f"images/s, {many} callers"),
        *("p50 ms, 1 caller", "p99 ms, 1 caller", f"p50 ms, {many}", f"p99 ms, {many}"),
        *("images a request", "caller's CPU µs an image", "MB"),
    ]
    lines = ["| " + " | ".join(head) + " |", "|---|---|---|" + "---:|" * (len(head) - 3)]
    return "\n".join([*lines, *(row(way) for way in ways)])


def write(ways: Sequence[Way], folder: Path) -> None:
    """Write the figures as JSON, and put the table in its place in the page beside it."""
    figures, page = folder / f"{NAME}.json", folder / f"{NAME}.md"
    figures.write_bytes(msgspec.json.format(msgspec.json.encode(list(ways)), indent=1) + b"\n")
    text = page.read_text()
    before, after = text.index(_BEGIN) + len(_BEGIN), text.index(_END)
    page.write_text(f"{text[:before]}{table(ways)}\n{text[after:]}")
