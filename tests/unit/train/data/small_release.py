"""A UniPen release in small: a documentation file, ink, and segments in five categories."""

import io
import tarfile
from pathlib import Path

from train.data.download.unipen_release import RELEASE

HEADER = """\
.VERSION 1.0
.COMMENT anything: .PEN_DOWN
.COORD X Y
.HIERARCHY TEXT CHARACTER
.X_POINTS_PER_INCH 145
.POINTS_PER_SECOND 60
"""
# Six components, the third of them pen-up; an empty one does not count.
INK = """\

.WRITER_ID Ada_Example
.STYLE PRINTED
.SEGMENT TEXT 0-5 ? "7"
.PEN_DOWN
\t0\t10
\t0\t0
.PEN_UP
.PEN_DOWN
\t5\t10
\t10\t0
.PEN_UP
1 1
.PEN_DOWN
20 0
21 1
22 2
23 3
.PEN_DOWN
30 0
.PEN_DOWN
40 0
40 5"""  # the last line does not end
DIGITS = """\
.VERSION 1.0
.INCLUDE abc/abc.doc
.INCLUDE abc/data/one.dat
.SEGMENT CHARACTER 0-1 ? "4"
.SEGMENT CHARACTER 3-5:0 ? "8"
.SEGMENT CHARACTER 1:1-3:1,5 OK "2"
.SEGMENT CHARACTER 4 ? "10"
.SEGMENT CHARACTER 9 ? "9"
"""
FILES = {
    "include/abc/abc.doc": HEADER,
    "include/abc/data/one.dat": INK,
    "include/xyz/nested.dat": ".INCLUDE abc/abc.doc\n.INCLUDE abc/data/one.dat\n",
    "include/xyz/anonymous.dat": ".PEN_DOWN\n1 1\n2 2\n",
    "data/1a/abc/one.dat": DIGITS,
    "data/1a/xyz/sub/nested.dat": '.INCLUDE xyz/nested.dat\n.SEGMENT CHARACTER 4 ? "1"\n',
    "data/1a/xyz/sub/unnamed.dat": '.INCLUDE xyz/anonymous.dat\n.SEGMENT CHARACTER 0 ? "7"\n',
    "data/1b/abc/upper.dat": DIGITS.replace('"4"', '"M"'),
    "data/1c/abc/lower.dat": DIGITS.replace('"4"', '"w"'),
    "data/1d/abc/symbol.dat": DIGITS.replace('"4"', '"#"'),
    "data/8/abc/text.dat": DIGITS,
}


def release_in(folder: Path) -> Path:
    """Write the release; returns its root."""
    root = folder / "unipen" / "CDROM" / RELEASE
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def archive_of(root: Path, **more: bytes) -> bytes:
    """The release's archive, with more members."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        tar.add(root.parents[1], "unipen")
        for name, data in more.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return content.getvalue()
