"""Pieces of handwriting in every format, and short words for what was read of them."""

from pathlib import Path

from train.data.formats import FileRead, read_file
from train.data.sample import Sample

OWN = b'{"label": "7", "writer": "1f0c", "source": "unipen/aga", "hz": 200, "strokes": [[[0, 1], [2.5, 3]], [[4, 5]]]}\n'
RAW = (
    b'{"key_id": "5891796615823360", "word": "seven", "countrycode": "AE", "timestamp": "2017-03-01 20:41:36.70725 UTC", '
    b'"recognized": true, "drawing": [[[129.5, 128, 129], [64, 65, 66.25], [0, 12, 31]], [[5], [6], [70]]]}\n'
)
SIMPLIFIED = b'{"key_id": "1", "word": "cat", "countrycode": "FR", "recognized": false, "drawing": [[[0, 255], [255, 0]]]}\n'
UNIPEN = b"""\
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


def read(file: Path, content: bytes) -> FileRead:
    file.write_bytes(content)
    return read_file(file)


def labels(found: FileRead) -> list[str]:
    return [sample.label for sample in found.samples]


def ink(sample: Sample) -> list[list[list[float]]]:
    return [stroke.tolist() for stroke in sample.strokes]


def flaws(found: FileRead) -> tuple[int, int | None]:
    return found.malformed, found.first_malformed


def unipen(*segments: str, pen: str = ".PEN_DOWN\n1 1\n2 2\n3 3\n.PEN_UP\n4 4\n5 5\n.PEN_DOWN\n6 6\n7 7\n") -> bytes:
    return "".join(f".SEGMENT {segment}\n" for segment in segments).encode() + pen.encode()


def xs(sample: Sample) -> list[list[float]]:
    return [stroke[:, 0].tolist() for stroke in sample.strokes]
