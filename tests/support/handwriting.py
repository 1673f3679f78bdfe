"""Small files of handwriting in every format, and short forms of what was read."""

from pathlib import Path

from train.data.formats import FileRead, read_file
from train.data.sample import Sample

OWN_FORMAT = (
    b'{"label": "7", "writer": "1f0c", "source": "unipen/aga", "hz": 200, '
    b'"strokes": [[[0, 1], [2.5, 3]], [[4, 5]]]}\n'
)
QUICK_DRAW_RAW = (
    b'{"key_id": "5891796615823360", "word": "seven", "countrycode": "AE", '
    b'"timestamp": "2017-03-01 20:41:36.70725 UTC", '
    b'"recognized": true, '
    b'"drawing": [[[129.5, 128, 129], [64, 65, 66.25], [0, 12, 31]], [[5], [6], [70]]]}\n'
)
QUICK_DRAW_SIMPLIFIED = (
    b'{"key_id": "1", "word": "cat", "countrycode": "FR", "recognized": false, '
    b'"drawing": [[[0, 255], [255, 0]]]}\n'
)
UNIPEN_FILE = b"""\
.VERSION 1.0
.COMMENT free text, and so no keyword: .PEN_DOWN
 nor point 1 2
.COORD T X P Y
.HIERARCHY WORD CHARACTER
.WRITER_ID anna
.POINTS_PER_SECOND 100
.X_POINTS_PER_INCH 2540
.SEGMENT WORD 0-3 GOOD "no"
.SEGMENT CHARACTER 0 OK "n"
.SEGMENT CHARACTER 2-3 "o"
.START_BOX
.PEN_DOWN
0 10 500 20
10 11 500 21
.PEN_UP
20 12 0 22
.DT 100
.PEN_DOWN
30 13 500 23
40 14 500 24
50 15 500 25
.PEN_UP
.PEN_DOWN 60 16 500 26
"""


def read_content(file: Path, content: bytes) -> FileRead:
    """Write the bytes to a file and read it."""
    file.write_bytes(content)
    return read_file(file)


def labels(found: FileRead) -> list[str]:
    """The labels of the samples, in order."""
    return [sample.label for sample in found.samples]


def stroke_lists(sample: Sample) -> list[list[list[float]]]:
    """The strokes of a sample as lists of [x, y]."""
    return [stroke.tolist() for stroke in sample.strokes]


def malformed_lines(found: FileRead) -> tuple[int, int | None]:
    """The number of malformed lines, and the first one's number."""
    return found.malformed, found.first_malformed


def unipen_content(
    *segments: str, pen: str = ".PEN_DOWN\n1 1\n2 2\n3 3\n.PEN_UP\n4 4\n5 5\n.PEN_DOWN\n6 6\n7 7\n"
) -> bytes:
    """A UNIPEN file of these segments and pen movements."""
    return "".join(f".SEGMENT {segment}\n" for segment in segments).encode() + pen.encode()


def x_coordinates(sample: Sample) -> list[list[float]]:
    """The x of each stroke of a sample."""
    return [stroke[:, 0].tolist() for stroke in sample.strokes]
