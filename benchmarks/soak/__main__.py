"""Soaks the service: `python -m benchmarks.soak --minutes 30`; `make soak` installs what it needs first. Two cores are wanted.

300 people draw, come and vanish as they like. Prints the figures, and what was not as it should be, with which it exits with 1.
Half an hour, if all was right, writes `soak.json` and `soak.png`; for a shorter run say where.
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
from realtime.config import DrawingLimits, ServerSettings
from realtime.protocol import session_file
from realtime.recognition.registry import ModelRegistry
from tests.support.files import ROOT

MINUTES = 30.0
USERS = 300
# In the file; enough to draw it again.
MAX_SAMPLES = 360


def main() -> None:
    """Soak, print, write the files."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak",
        description="Have people draw on the service for a long time.",
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
        parser.error("a minute is the least that says anything")
    limits = DrawingLimits()
    recordings = [
        session_file.read_recording(path)
        for path in sorted((ROOT / "tests" / "recordings").glob("*.json"))
    ]
    drawings = prepare_drawings(
        recordings, ModelRegistry.load(Path(ServerSettings().weights)).default, limits
    )
    with tempfile.TemporaryDirectory() as scratch:
        outcome = run_soak(
            Path(scratch) / "log",
            drawings,
            count=options.people,
            seconds=60 * options.minutes,
            seed=options.seed,
        )
    machine = f"{os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"
    print(f"{options.minutes:g} minutes on {machine}\n{outcome.told()}")
    complaints = outcome.complaints()
    folder = options.folder or (
        ROOT / "docs" if options.minutes >= MINUTES and not complaints else None
    )
    if folder:
        _write(folder, outcome, machine, complaints)
    sys.exit("\n".join(complaints) if complaints else 0)


def _write(folder: Path, outcome: SoakResult, machine: str, complaints: list[str]) -> None:
    folder.mkdir(exist_ok=True)
    # Without the latencies, hundreds of thousands; `told` has the percentiles.
    tally = {name: value for name, value in vars(outcome.tally).items() if name != "latencies_s"}
    kept = outcome.samples[:: -(-len(outcome.samples) // MAX_SAMPLES)]
    written = {
        "machine": machine,
        "minutes": outcome.seconds / 60,
        "told": outcome.told().splitlines(),
        "complaints": complaints,
        "tally": tally,
        "slopes_kb_a_minute": outcome.slopes,
        "held": [
            {"when": when, "workers": list(held.values())}
            for when, held in zip(("start", "warm", "end"), outcome.held, strict=True)
        ],
        "samples": {
            "at_s": [round(sample.at_s, 1) for sample in kept],
            "people": [sample.people for sample in kept],
            "memory_kb": [[size // 1024 for size in sample.memory] for sample in kept],
            "descriptors": [sample.descriptors for sample in kept],
        },
    }
    (folder / "soak.json").write_bytes(msgspec.json.encode(written) + b"\n")
    plot.draw(folder / "soak.png", outcome, machine)


if __name__ == "__main__":
    main()
