"""Measures failover: `python -m benchmarks.failover`.

150 people draw on three nodes behind nginx while a node is killed, one is told to end, nginx is
reloaded, and Redis is gone and comes back. The command prints how long they waited, writes
docs/failover.json and the tables of docs/proxies.md, and exits with 1 if a drawing has not got its
right answer.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import msgspec

from benchmarks.failover import table
from benchmarks.failover.run import run_events
from benchmarks.machine import machine_description
from tests.support.files import ROOT

PEOPLE = 150


def main() -> None:
    """Run, print, write the files."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.failover", description="Lose nodes while people draw."
    )
    parser.add_argument("--people", type=int, default=PEOPLE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        events, crowd = run_events(Path(scratch), options.people)
    rows = [table.figures_of(event, crowd) for event in events]
    machine = machine_description()
    right = sum(drawing.is_right for drawing in crowd.drawings)
    summary = (
        f"{options.people} people, {len(crowd.drawings):,} drawings, {right:,} with their right "
        f"answer, {len(crowd.failures)} without one; {machine}, which also ran the clients"
    )
    text = f"{summary}\n\n{table.events_table(rows)}\n\n{table.jitter_table(rows)}"
    print(text)
    faults = {code for one in crowd.people for code in one.errors} - {"going_away"}
    if crowd.failures or right < len(crowd.drawings) or faults:
        sys.exit(f"drawings without their right answer, or errors: {crowd.failures} {faults}")
    if options.people == PEOPLE:
        written = {"machine": machine, "people": options.people, "events": rows}
        file = ROOT / "docs" / "failover.json"
        file.write_bytes(msgspec.json.format(msgspec.json.encode(written), indent=1) + b"\n")
        table.write(text)


if __name__ == "__main__":
    main()
