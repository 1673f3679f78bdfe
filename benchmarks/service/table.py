"""The sections of the table, and the table as text."""

from collections.abc import Sequence

from benchmarks.service.figures import FigureRow, figure, ratio
from benchmarks.service.lines import PLACES
from benchmarks.service.rounds import IDLE_CONNECTIONS, USERS


def _load_rows() -> list[FigureRow]:
    rows = []
    for users in USERS:
        for kind, words in (("finals", "finals only"), ("interim", "with interim answers")):
            name = f"ours_{users}_{kind}"
            who = f"{users} people, {words}"
            has_target = users == 100 and kind == "finals"
            rows += [
                FigureRow(
                    f"{who}: CPU a stroke / floor at that pace",
                    ratio(f"{name}_us", "floor_paced_us"),
                    "×",
                    most=3 if has_target else None,
                ),
                FigureRow(f"{who}: CPU a message", figure(f"{name}_message_us"), "µs"),
                *(
                    [
                        FigureRow(
                            f"{who}: answers while the pen moves, a stroke",
                            figure(f"{name}_interim"),
                        )
                    ]
                    if kind == "interim"
                    else []
                ),
                FigureRow(f"{who}: latency p50", figure(f"{name}_p50_ms"), "ms"),
                FigureRow(f"{who}: latency p99", figure(f"{name}_p99_ms"), "ms"),
                FigureRow(f"{who}: latency p99.9", figure(f"{name}_p99.9_ms"), "ms"),
            ]
    return rows


def _peer_rows() -> list[FigureRow]:
    rows = []
    for kind, words, has_target in (
        ("100_finals", "100 people, finals only", True),
        ("100_interim", "100 people, with interim answers", False),
        ("400_finals", "400 people, finals only", False),
    ):
        rows += [
            FigureRow(
                f"{words}: CPU a stroke, ours / (b)",
                ratio(f"ours_{kind}_us", f"uvicorn_{kind}_us"),
                "×",
                most=0.8 if has_target else None,
            ),
            FigureRow(
                f"{words}: p99, ours / (b)",
                ratio(f"ours_{kind}_p99_ms", f"uvicorn_{kind}_p99_ms"),
                "×",
                most=1 if has_target else None,
            ),
        ]
    return rows


def _line_rows() -> list[FigureRow]:
    rows = [
        FigureRow("most passes of the network for a stroke", figure("line_most_passes"), most=10),
        FigureRow("CPU of an answer to a digit on the board", figure("board_us"), "µs"),
    ]
    for first, last in PLACES:
        name = f"strokes {first}–{last}"
        rows += [
            FigureRow(f"{name}: passes, mean", figure(f"line_{first}_passes")),
            FigureRow(
                f"{name}: CPU of an answer, median / to a digit on the board",
                ratio(f"line_{first}_us", "board_us"),
                "×",
                most=4,
            ),
        ]
    for kind, words in (("finals", "finals only"), ("interim", "with interim answers")):
        name = f"lines_100_{kind}"
        who = f"100 people, {words}"
        rows += [
            FigureRow(
                f"{who}: CPU a stroke / that of digits",
                ratio(f"{name}_us", f"ours_100_{kind}_us"),
                "×",
                most=4,
            ),
            FigureRow(f"{who}: latency p50", figure(f"{name}_p50_ms"), "ms"),
            FigureRow(f"{who}: latency p99", figure(f"{name}_p99_ms"), "ms", most=10),
            FigureRow(f"{who}: strokes lost", figure(f"{name}_lost"), most=0),
        ]
    return rows


TABLE_SECTIONS: list[tuple[str, list[FigureRow]]] = [
    (
        "Floor: raster and forward pass alone",
        [
            FigureRow("CPU a stroke, one after another", figure("floor_us"), "µs"),
            FigureRow("CPU a stroke, at the pace of 100 people", figure("floor_paced_us"), "µs"),
            FigureRow("raster", figure("raster_us"), "µs"),
            FigureRow(
                "raster from points / forward pass of a plain CNN in float",
                ratio("raster_us", "plain_forward_us"),
                "×",
            ),
            FigureRow(
                "raster of strokes known from before / forward pass of a plain CNN in float",
                ratio("kept_raster_us", "plain_forward_us"),
                "×",
                most=0.6,
            ),
            FigureRow(
                "forward pass of the file that runs faster here / that of a plain CNN in float",
                lambda figures: (
                    min(figures["int8_forward_us"], figures["float32_forward_us"])
                    / figures["plain_forward_us"]
                ),
                "×",
                most=0.6,
            ),
            *(
                FigureRow(
                    f"forward pass in {name} / that of a plain CNN in float",
                    ratio(f"{name}_forward_us", "plain_forward_us"),
                    "×",
                )
                for name in ("int8", "float32")
            ),
            FigureRow("multiply-adds of a pass", figure("ours_multiply_adds"), "million"),
            FigureRow("the same of the plain CNN", figure("plain_multiply_adds"), "million"),
            FigureRow(
                "100th stroke / 2nd of a drawing, within a box", figure("growth"), "×", most=1.5
            ),
            FigureRow(
                "100th stroke / 2nd of a drawing that grows outwards",
                figure("growth_outwards"),
                "×",
                most=2,
            ),
        ],
    ),
    ("Through /ws at real speed, one worker on one core", _load_rows()),
    ("Lines of forty strokes", _line_rows()),
    (
        "400 people on one core",
        [
            FigureRow(
                "finals only: p99 / p50",
                ratio("ours_400_finals_p99_ms", "ours_400_finals_p50_ms"),
                "×",
                most=5,
            ),
            FigureRow(
                "with interim answers: p99 / p50",
                ratio("ours_400_interim_p99_ms", "ours_400_interim_p50_ms"),
                "×",
                most=5,
            ),
            FigureRow(
                "strokes lost",
                lambda figures: figures["ours_400_finals_lost"] + figures["ours_400_interim_lost"],
                most=0,
            ),
        ],
    ),
    ("Peer (b): uvicorn, uvloop, websockets, LiteRT, the same session code", _peer_rows()),
    (
        "Peer (a): Flask, Pillow, model.predict",
        [
            FigureRow(
                "CPU an answer, (a) / ours (100 people, finals only)",
                ratio("textbook_us", "ours_100_finals_us"),
                "×",
                least=40,
            )
        ],
    ),
    (
        "Idle connections, and a page load",
        [
            *(
                FigureRow(
                    f"memory of each of {count:,}", figure(f"idle_{count}_kb"), "KiB", most=40
                )
                for count in IDLE_CONNECTIONS
            ),
            FigureRow("page load: CPU", figure("page_cpu_ms"), "ms"),
            FigureRow("page load: bytes", figure("page_kb"), "KiB"),
            FigureRow("page load: until the load event", figure("page_ms"), "ms"),
        ],
    ),
    (
        "Workers and start",
        [
            FigureRow(
                "strokes two workers can serve / one", figure("two_workers"), "×", least=1.85
            ),
            FigureRow("from gunicorn to /readyz", figure("start_s"), "s", most=2),
            FigureRow("private memory of the master", figure("master_mb"), "MB"),
            FigureRow("private memory of a worker", figure("worker_mb"), "MB"),
        ],
    ),
]


def as_text(results: Sequence[tuple[str, Sequence[dict[str, object]]]]) -> str:
    """The table as text."""
    lines = []
    for section, rows in results:
        lines += ["", section]
        for row in rows:
            verdict = {None: "", True: "reached", False: "NOT REACHED"}[row["reached"]]  # type: ignore[index]
            spread = f"{row['low']:.3g} – {row['high']:.3g}"
            figure_text = f"  {row['what']:<64}{row['median']:>9.3g} {row['unit']:<4}"
            lines.append(f"{figure_text}{spread:<20}{row['asked']:<8}{verdict}")
    return "\n".join(lines)
