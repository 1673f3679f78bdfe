"""Soaks the service: `python -m benchmarks.soak --minutes 30`. Two cores are recommended.

300 simulated users draw, connect and vanish at random. The command prints the figures and all
problems, with which it exits with 1. Half an hour without problems writes `soak.json` and
`soak.png` to docs; a shorter run writes them to the folder that is named.
"""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

import msgspec

from benchmarks.soak import plot
from benchmarks.soak.drawings import prepare_drawings
from benchmarks.soak.run import SoakResult, run_soak
from realtime.protocol import session_file
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.setting_groups import DrawingLimits, ServerSettings
from tests.support.files import RECORDINGS, ROOT

MINUTES = 30.0
USERS = 300
# The number of samples in the file, enough for the plot.
MAX_SAMPLES = 360


def main() -> None:
    """Soak, print, write the files."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak",
        description="Have simulated users draw on the service for a long time.",
    )
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        help="for soak.json and soak.png; docs, if it is half an hour",
    )
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--people", type=int, default=USERS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.minutes < 1:
        parser.error("a run takes a minute at least")
    limits = DrawingLimits()
    recordings = [session_file.read_recording(path) for path in RECORDINGS]
    drawings = prepare_drawings(
        recordings, ModelRegistry.load(ModelSource(Path(ServerSettings().weights))).by_task, limits
    )
    with tempfile.TemporaryDirectory() as scratch:
        result = run_soak(
            Path(scratch) / "log",
            drawings,
            count=options.people,
            seconds=60 * options.minutes,
            seed=options.seed,
        )
    release = platform.release().split("-")[0]
    machine = f"{os.cpu_count()} cores, Linux {release}, Python {platform.python_version()}"
    print(f"{options.minutes:g} minutes on {machine}\n{result.summary()}")
    problems = result.problems()
    folder = options.folder or (
        ROOT / "docs" if options.minutes >= MINUTES and not problems else None
    )
    if folder:
        _write(folder, result, machine, problems)
    sys.exit("\n".join(problems) if problems else 0)


def _write(folder: Path, result: SoakResult, machine: str, problems: list[str]) -> None:
    folder.mkdir(exist_ok=True)
    # The file has no latencies, which are hundreds of thousands; the summary has their percentiles.
    tally = {name: value for name, value in vars(result.tally).items() if name != "latencies_s"}
    samples = result.samples[:: -(-len(result.samples) // MAX_SAMPLES)]
    written = {
        "machine": machine,
        "minutes": result.seconds / 60,
        "told": result.summary().splitlines(),
        "complaints": problems,
        "tally": tally,
        "slopes_kb_a_minute": result.slopes,
        "held": [
            {"when": when, "workers": list(state.values())}
            for when, state in zip(("start", "warm", "end"), result.worker_states, strict=True)
        ],
        "samples": {
            "at_s": [round(sample.at_s, 1) for sample in samples],
            "people": [sample.people for sample in samples],
            "memory_kb": [[size // 1024 for size in sample.memory] for sample in samples],
            "descriptors": [sample.descriptors for sample in samples],
        },
    }
    (folder / "soak.json").write_bytes(msgspec.json.encode(written) + b"\n")
    plot.write_plot(folder / "soak.png", result, machine)


if __name__ == "__main__":
    main()
