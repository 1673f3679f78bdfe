"""A file's bytes, gzipped or not, and its text in whichever Unicode encoding, within limits."""

import codecs
import gzip
import zlib
from pathlib import Path

from realtime.config import setting_name, variable_name
from realtime.formats.limits import MalformedInkError
from realtime.setting_groups import InkFileLimits

GZIP_MAGIC = b"\x1f\x8b"
_ENCODINGS = (
    # The mark of UTF-32 LE begins with that of UTF-16 LE.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


def read_content(path: Path, limits: InkFileLimits) -> bytes:
    """The bytes of a file, of a gzipped one those that were packed.

    Raises:
        MalformedInkError: it is no regular file, empty, too large, or a gzip that is cut short.
        OSError: it cannot be read.
    """
    if path.is_dir():
        raise MalformedInkError("is a folder; name the files in it")
    if not path.exists():
        raise MalformedInkError("there is no such file")
    # A pipe or a device may never end.
    if not path.is_file():
        raise MalformedInkError("is no regular file")
    most = limits.file_bytes + 1
    with path.open("rb") as file:
        content = file.read(most)
    if content.startswith(GZIP_MAGIC) and len(content) < most:
        content = _inflated(path, most)
    if len(content) == most:
        raise MalformedInkError(
            f"more than {limits.file_bytes} bytes ({variable_name(InkFileLimits.file_bytes)})",
            limit=limits.file_bytes,
            setting=setting_name(InkFileLimits.file_bytes),
        )
    if not content.strip():
        raise MalformedInkError("is empty")
    return content


def _inflated(path: Path, most: int) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(most)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise MalformedInkError(f"is a gzip that is cut short or broken: {error}") from error


def decode_text(content: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 or UTF-32 with a byte order mark or without.

    Raises:
        MalformedInkError: it is none of these.
    """
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), None)
    if encoding is None and 0 in content[:2]:
        # The zero bytes of UTF-16 without a mark lie about each letter of ASCII.
        encoding = "utf-16-be" if content[0] == 0 else "utf-16-le"
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        name = (encoding or "utf-8").upper().removesuffix("-SIG")
        raise MalformedInkError(f"is not {name} from byte {error.start} on") from error
