"""Writes `deploy/CAPACITY.md`'s tables: `python -m benchmarks.capacity`, or `make capacity`.

From `docs/bench.json` and `docs/capacity.json` it computes how many machines a crowd needs, and
simulates the loss of a region (`docs/region-loss.json`, `docs/region-loss.png`). With `--tables` it
simulates nothing, and takes what was simulated last.
"""

import argparse
import sys
import time
from pathlib import Path

import msgspec

from benchmarks.capacity import plot, scenarios
from benchmarks.capacity.fleet import Measured
from benchmarks.capacity.region_loss import simulate
from benchmarks.capacity.tables import all_tables
from benchmarks.markdown import fill
from tests.support.files import ROOT

DOCS, PAGE = ROOT / "docs", ROOT / "deploy" / "CAPACITY.md"
LOSSES = DOCS / "region-loss.json"


def page() -> str:
    """The page with tables made anew from the files."""
    losses = msgspec.json.decode(LOSSES.read_bytes())
    return fill(PAGE.read_text(), all_tables(Measured.read(DOCS), losses))


def main() -> None:
    """Simulate, and write the files."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity")
    parser.add_argument("--tables", action="store_true", help="simulate nothing")
    options = parser.parse_args()
    if not options.tables:
        write_losses(LOSSES)
    PAGE.write_text(page())
    print(PAGE)


def write_losses(file: Path) -> None:
    """Simulate all scenarios."""
    losses = []
    for scenario in scenarios.scenarios(Measured.read(DOCS)):
        start = time.monotonic()
        losses.append(scenarios.summary(scenario, simulate(scenario)))
        took_s = time.monotonic() - start
        print(f"{scenario.name}: simulated in {took_s:.0f} s", file=sys.stderr, flush=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(losses), indent=1))
    plot.write_plot(file.with_suffix(".png"), losses)


if __name__ == "__main__":
    main()
