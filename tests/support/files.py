"""Paths of the repository, the weights, the recordings, and the handwriting data."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB_EXAMPLES = ROOT / "examples" / "web"
WEIGHTS = ROOT / "weights"
DIGIT_MODEL = WEIGHTS / "digits"
LINE_MODEL = WEIGHTS / "lines"
CHARACTER_MODEL = WEIGHTS / "characters"
# A network is loaded once, whatever it reads.
NETWORKS = len(list(WEIGHTS.glob("*/model_card.json")))
# Files of ink in formats of others, each written by hand after its specification.
INK_FILES = ROOT / "tests" / "ink_files"
RECORDINGS = sorted((ROOT / "tests" / "recordings").glob("*.json"))
# The handwriting that the model was trained on is not part of the repository. Tests that need it
# skip with `NO_DATA`.
DATA = ROOT / os.environ.get("INK_DATA", "data")
NO_DATA = f"no handwriting in {DATA} (INK_DATA says where)"
