"""The table of ways to run a network, in Markdown, and where it is kept."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks import markdown
from benchmarks.engines.callers import CallerMeasurement
from benchmarks.engines.loss import Loss

NAME = "engines-measured"


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


def row(way: Way) -> list[str]:
    """A way's row of the table."""
    one, many = way.callers
    return [
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


def table(ways: Sequence[Way]) -> str:
    """The table."""
    many = ways[0].callers[1].callers
    head = [
        *("way", "network", "rasters", f"images/s, {many} callers"),
        *("p50 ms, 1 caller", "p99 ms, 1 caller", f"p50 ms, {many}", f"p99 ms, {many}"),
        *("images a request", "caller's CPU µs an image", "MB"),
    ]
    return markdown.table(head, map(row, ways), texts=3)


def loss_table(losses: Sequence[Loss]) -> str:
    """The table of what people wait for while an engine is lost."""
    head = ("engine", "strokes", "p50 ms", "p99 ms", "worst ms", "without an answer")
    rows = [
        [
            *(one.engine, str(one.strokes), f"{one.p50_ms:.1f}", f"{one.p99_ms:.0f}"),
            *(f"{one.worst_ms:.0f}", str(one.lost)),
        ]
        for one in losses
    ]
    return markdown.table(head, rows)


def write(ways: Sequence[Way], losses: Sequence[Loss], folder: Path) -> None:
    """Write the figures as JSON, and put the tables in their places in the page beside it."""
    figures, page = folder / f"{NAME}.json", folder / f"{NAME}.md"
    content = msgspec.json.encode({"ways": list(ways), "losses": list(losses)})
    figures.write_bytes(msgspec.json.format(content, indent=1) + b"\n")
    tables = {"ways": table(ways), "losses": loss_table(losses)}
    page.write_text(markdown.fill(page.read_text(), tables))
