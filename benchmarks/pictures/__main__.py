"""Measures `/predict` by kind of paper: `python -m benchmarks.pictures` writes docs/pictures.*.

Each plain recording of a digit is drawn on every kind of paper and sent to the route. It is read
rightly; or refused or rejected, with a reason; or wrongly, which nobody notices. A kind is sent
without a digit on it, too: whatever is read then is wrong.
"""

import argparse
import json
from pathlib import Path

from benchmarks.pictures.contact_sheet import draw_contact_sheet
from benchmarks.pictures.drawings import plain_drawings
from benchmarks.pictures.reading import Counts, count, picture_client
from tests.support.files import ROOT
from tests.support.papers.kinds import PAPERS


def table(results: dict[str, Counts]) -> str:
    """The counts in Markdown."""
    names = ["paper", *(name.replace("_", " ") for name in Counts._fields)]
    rows = [[kind, *map(str, counts)] for kind, counts in results.items()]
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs")
    parser.add_argument("--kind", default="", help="only kinds of paper with this in the name")
    options = parser.parse_args()
    client, drawings = picture_client(), plain_drawings()
    kinds = [kind for kind in PAPERS if options.kind in kind]
    results = {kind: count(client, kind, drawings) for kind in kinds}
    print(table(results))
    counts = {kind: result._asdict() for kind, result in results.items()}
    (options.folder / "pictures.json").write_text(json.dumps(counts, indent=1) + "\n")
    draw_contact_sheet(options.folder / "pictures.png", kinds, drawings)


if __name__ == "__main__":
    main()
