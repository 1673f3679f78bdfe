"""The figures of a failover run, and the table of them in docs/proxies.md."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from benchmarks import markdown
from benchmarks.failover.run import Event
from tests.support.crowd import Crowd
from tests.support.drawing_person import Answered, DrawingPerson
from tests.support.files import ROOT

PAGE = ROOT / "docs" / "proxies.md"
# In which the most attempts to reconnect are counted.
BIN_S = 0.01


class Waits(msgspec.Struct, frozen=True):
    """Percentiles of waits, in milliseconds."""

    count: int
    p50_ms: float
    p99_ms: float
    worst_ms: float

    @classmethod
    def of(cls, waits_s: Sequence[float]) -> "Waits | None":
        """Those of waits in seconds; None without any."""
        if not waits_s:
            return None
        p50, p99 = np.percentile(waits_s, (50, 99))
        return cls(len(waits_s), *(round(1000 * float(s), 1) for s in (p50, p99, max(waits_s))))

    def __str__(self) -> str:
        return f"{_shown(self.p50_ms)} / {_shown(self.p99_ms)} / {_shown(self.worst_ms)}"


class Jitter(msgspec.Struct, frozen=True):
    """How the attempts to reconnect were spread: waits in ms, and the most within 10 ms."""

    count: int
    p5_ms: float
    p50_ms: float
    p95_ms: float
    most_at_once: int


class EventFigures(msgspec.Struct, frozen=True):
    """What an event did.

    Attributes:
        name: what was done.
        drawings: waits of the drawings that were under way, or begun within the window.
        disturbed: of those whose connection was lost while they were drawn or waited for.
        outages: how long a connection was gone, of those that were lost.
        lost_connections: how many were lost, or failed to come about.
        jitter: of the attempts to reconnect.
        page_ms: what a page in a browser waited.
        images: that nodes were sent, and how many they answered.
    """

    name: str
    drawings: Waits | None
    disturbed: Waits | None
    outages: Waits | None
    lost_connections: int
    jitter: Jitter | None
    page_ms: float
    images: tuple[int, int]


def figures_of(event: Event, crowd: Crowd) -> EventFigures:
    """The figures of an event; all drawings have been answered."""
    people = crowd.people
    drawings = [
        (one, drawing) for one in people for drawing in one.drawings if _belongs(drawing, event)
    ]
    losses = [loss for loss in crowd.losses if event.at_s <= loss.at_s <= event.end_s]
    attempts = np.sort([loss.at_s + loss.backoff_s for loss in losses])
    jitter = None
    if losses:
        waits_s = np.percentile([loss.backoff_s for loss in losses], (5, 50, 95))
        p5_ms, p50_ms, p95_ms = (round(1000 * float(s)) for s in waits_s)
        together = np.searchsorted(attempts, attempts + BIN_S) - np.arange(len(attempts))
        jitter = Jitter(len(losses), p5_ms, p50_ms, p95_ms, int(together.max()))
    return EventFigures(
        event.name,
        Waits.of([drawing.wait_s for _, drawing in drawings]),
        Waits.of([drawing.wait_s for one, drawing in drawings if _is_disturbed(one, drawing)]),
        Waits.of([outage for one in people for outage in _outages(one, event)]),
        len(losses),
        jitter,
        round(1000 * event.page_wait_s, 1),
        (event.images, event.images_answered),
    )


def events_table(rows: Iterable[EventFigures]) -> str:
    """The table of what each event did, in Markdown."""
    waits = "ms: p50 / p99 / worst"
    columns = [
        *("event", "drawings", f"wait for the answer, {waits}", "connections lost"),
        *(f"wait where the connection was lost, {waits}", f"without a connection, {waits}"),
        *("a page in Chromium, ms", "images answered"),
    ]
    lines = []
    for row in rows:
        count = row.drawings.count if row.drawings else 0
        cells = [
            *(row.name, count, row.drawings, row.lost_connections, row.disturbed, row.outages),
            *(_shown(row.page_ms), f"{row.images[1]} of {row.images[0]}"),
        ]
        lines.append(["" if cell is None else str(cell) for cell in cells])
    return markdown.table(columns, lines, texts=len(columns))


def jitter_table(rows: Iterable[EventFigures]) -> str:
    """The table of how attempts to reconnect were spread, in Markdown."""
    columns = (
        *("event", "attempts", "wait before an attempt, ms: p5 / p50 / p95"),
        "most within 10 ms",
    )
    lines = []
    for row in rows:
        if jitter := row.jitter:
            waits = f"{jitter.p5_ms:.0f} / {jitter.p50_ms:.0f} / {jitter.p95_ms:.0f}"
            lines.append([row.name, str(jitter.count), waits, str(jitter.most_at_once)])
    return markdown.table(columns, lines, texts=len(columns))


def write(text: str) -> None:
    """Put the tables in their place in docs/proxies.md."""
    PAGE.write_text(markdown.fill(PAGE.read_text(), {"failover": f"\n{text}\n"}))


def _belongs(drawing: Answered, event: Event) -> bool:
    return drawing.answered_s > event.at_s and drawing.began_s < event.end_s


def _is_disturbed(one: DrawingPerson, drawing: Answered) -> bool:
    return any(drawing.began_s <= loss.at_s <= drawing.answered_s for loss in one.losses)


def _outages(one: DrawingPerson, event: Event) -> list[float]:
    """From the loss of each connection until the next one is ready."""
    lost = [loss.at_s for loss in one.losses if event.at_s <= loss.at_s <= event.end_s]
    opened = [min(at for at in one.opened_s if at > lost_s) for lost_s in lost]
    # Attempts that failed belong to the loss before them.
    first = dict(zip(reversed(opened), reversed(lost), strict=True))
    return [at - lost_s for at, lost_s in first.items()]


def _shown(milliseconds: float) -> str:
    return f"{milliseconds:,.0f}" if milliseconds >= 10 else f"{milliseconds:.1f}"
