"""Measures what each model costs: `python -m benchmarks.models`.

The memory of a worker that has it loaded, the CPU time of a pass of its network, and of a stroke by
people who draw what it reads, through `/ws`. What the service has no model for is left out with a
word. The command writes the tables in docs/performance.md and the figures to docs/models.json.
"""

import argparse
import json
import statistics
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from benchmarks import markdown
from benchmarks.machine import machine_description
from benchmarks.models.drawings import drawings_of_tasks
from benchmarks.service import servers
from benchmarks.service.load import measure_load
from realtime.protocol import messages
from realtime.protocol.client_messages import Points
from realtime.protocol.session_file import Recording
from tests.support.drawing import Client, open_session
from tests.support.files import ROOT
from tests.support.processes import server_processes
from tests.support.server import serve

PAGE = ROOT / "docs" / "performance.md"
WORKERS = 2
# So many that each worker has some.
SESSIONS = 8
PEOPLE = 20
SECONDS = 6.0
# What clients ask for that write several characters.
TOP = 5


class MemoryFigures(NamedTuple):
    """Memory of a worker, MB, and what runs in it.

    Attributes:
        models: those that are loaded, as `INK_MODELS` names them.
        private: that no other process has, USS.
        share: the same, and its share of what several have, PSS.
        networks: the file of each that answers.
        pass_us: µs of CPU time of a pass of it.
    """

    models: str
    private: float
    share: float
    networks: str
    pass_us: str


class StrokeFigures(NamedTuple):
    """What a stroke costs through `/ws`, with interim answers and without."""

    task: str
    final_us: float
    interim_us: float
    p50_ms: float
    p99_ms: float
    lost: int


def main() -> None:
    """Measure, print the tables, write them."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.models", description="Measure what each model costs."
    )
    parser.add_argument("--people", type=int, default=PEOPLE, help="who draw at once")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=ROOT / "docs", help="for models.json")
    options = parser.parse_args()
    servers.keep_to_the_clients_cores()
    drawings = drawings_of_tasks()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with serve(log) as server, open_session(server.ws) as client:
            loaded = [task for task in drawings if task in client.ready["recognizers"]]
        for task in drawings.keys() - loaded:
            print(f"{task} is left out: the service has no model for it", file=sys.stderr)
        memory = [_memory(log, tasks, drawings) for tasks in [*([task] for task in loaded), loaded]]
        strokes = list(_strokes(log, loaded, drawings, options))
    tables = {
        "memory-of-models": _memory_table(memory),
        "strokes-of-models": _stroke_table(strokes),
    }
    print("\n\n".join(tables.values()))
    PAGE.write_text(markdown.fill(PAGE.read_text(), tables))
    written = {
        "machine": machine_description(),
        "memory": [one._asdict() for one in memory],
        "strokes": [one._asdict() for one in strokes],
    }
    (options.folder / "models.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(written), indent=1) + b"\n"
    )


def _memory(log: Path, tasks: list[str], drawings: Mapping[str, list[Recording]]) -> MemoryFigures:
    """Memory of workers that have drawn with all of these."""
    with serve(log, workers=WORKERS, INK_MODELS=" ".join(tasks)) as server, ExitStack() as stack:
        for number in range(SESSIONS):
            client = stack.enter_context(open_session(server.ws))
            task = tasks[number % len(tasks)]
            client.send({"type": "config", "recognize": task, "top": TOP})
            _draw(client, drawings[task][0])
        _, *workers = server_processes(server)
        facts = [worker.memory_full_info() for worker in workers]
        with urllib.request.urlopen(f"{server.http}/readyz", timeout=30) as response:  # noqa: S310
            recognizers = json.load(response)["recognizers"]
    networks = {one["network"]["file"]: one["network"]["pass_us"] for one in recognizers.values()}
    return MemoryFigures(
        " ".join(tasks),
        statistics.mean(one.uss for one in facts) / 1e6,
        statistics.mean(one.pss for one in facts) / 1e6,
        ", ".join(networks),
        ", ".join(f"{measured.get(file, 0):.0f}" for file, measured in networks.items()),
    )


def _draw(client: Client, recording: Recording) -> None:
    """Draw a recording's strokes, one message each."""
    strokes: dict[int, list[tuple[float, float]]] = {}
    for _, text in recording.sent:
        message = messages.decode(msgspec.json.encode({"seq": 0, **msgspec.json.decode(text)}))
        if isinstance(message, Points):
            strokes.setdefault(message.stroke, []).extend(zip(message.x, message.y, strict=True))
    client.draw(list(strokes.values()))


def _strokes(
    log: Path,
    tasks: list[str],
    drawings: Mapping[str, list[Recording]],
    options: argparse.Namespace,
) -> Iterator[StrokeFigures]:
    """What a stroke costs in each task, the median of several rounds."""
    with servers.service(log) as server:
        for task in tasks:
            costs: dict[bool, list[float]] = {False: [], True: []}
            waits: list[float] = []
            lost = 0
            for seed in range(options.rounds):
                for interim in costs:
                    measured = measure_load(
                        server,
                        drawings[task],
                        users=options.people,
                        seconds=options.seconds,
                        interim=interim,
                        seed=seed,
                        config={"recognize": task, "top": TOP},
                    )
                    costs[interim].append(sum(measured.cpu) / measured.strokes * 1e6)
                    waits += measured.latencies
                    lost += measured.lost
            final_us, interim_us = map(statistics.median, costs.values())
            p50, p99 = (float(one) for one in np.percentile(waits, [50, 99]) * 1e3)
            yield StrokeFigures(task, final_us, interim_us, p50, p99, lost)


def _memory_table(rows: list[MemoryFigures]) -> str:
    head = ("`INK_MODELS`", "private (USS), MB", "with its share (PSS), MB", "networks", "pass, µs")
    return markdown.table(
        head,
        [
            (one.models, f"{one.private:.1f}", f"{one.share:.1f}", one.networks, one.pass_us)
            for one in rows
        ],
    )


def _stroke_table(rows: list[StrokeFigures]) -> str:
    digit_us = next((one.final_us for one in rows if one.task == "digit"), None)
    head = (
        *("what is read", "CPU a stroke, finals only", "with interim answers"),
        *("in strokes of digits", "final answer, p50", "p99", "lost"),
    )
    return markdown.table(
        head,
        [
            (
                one.task,
                f"{one.final_us / 1000:.2f} ms",
                f"{one.interim_us / 1000:.2f} ms",
                f"{one.final_us / digit_us:.1f}" if digit_us else "",
                f"{one.p50_ms:.1f} ms",
                f"{one.p99_ms:.1f} ms",
                str(one.lost),
            )
            for one in rows
        ],
    )


if __name__ == "__main__":
    main()
