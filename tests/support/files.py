"""Paths of what tests read: the repository, the weights, the recordings, and the handwriting."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "weights"
RECORDINGS = sorted((ROOT / "tests" / "recordings").glob("*.json"))
# The handwriting that the project was trained on is not part of it; tests that need it say so and skip.
DATA = Path(os.environ.get("INK_DATA", ROOT / ".." / "shared" / "data"))
NO_DATA = f"no handwriting in {DATA} (say where with INK_DATA)"
