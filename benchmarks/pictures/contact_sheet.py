"""Draws one picture of each kind of paper, and the ink that is found on it."""

from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.pictures.drawings import Drawing
from realtime.errors import ImageError
from realtime.images.decoding import decode_image
from realtime.images.foreground import find_ink
from realtime.setting_groups import ImageLimits
from tests.support.papers.kinds import paper_file

COLUMNS = 11
DPI = 80


def draw_contact_sheet(path: Path, kinds: list[str], drawings: list[Drawing]) -> None:
    """Write a picture of a drawing on each kind of paper, above the ink that is found."""
    rows = -(-len(kinds) // COLUMNS)
    figure = Figure(figsize=(COLUMNS * 1.35, rows * 2.9), layout="constrained")
    places = figure.subplots(2 * rows, COLUMNS, squeeze=False)
    for axes in places.ravel():
        axes.axis("off")
    for number, kind in enumerate(kinds):
        row, column = divmod(number, COLUMNS)
        seed = number * len(drawings) // len(kinds)
        image = decode_image(
            paper_file(kind, drawings[seed].strokes, seed), ImageLimits().image_pixels
        )
        above, below = places[2 * row][column], places[2 * row + 1][column]
        above.imshow(image[:, :, ::-1])
        above.set_title(kind, fontsize=8)
        try:
            below.imshow(255 - find_ink(image).picture, cmap="gray", vmin=0, vmax=255)
        except ImageError as refusal:
            below.text(0.5, 0.5, refusal.code, ha="center")
    figure.savefig(path, dpi=DPI)
