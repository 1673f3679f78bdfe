"""Resumable, verified downloads.

A download goes to `FILE.part` and is resumed from there (HTTP Range) after an interruption. A
complete file is verified, renamed, and its digest recorded in `checksums.json`, so that a file with
no published checksum must at least stay the one that came first.

    DownloadError
    └── ChecksumError
"""

import hashlib
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from types import MappingProxyType
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import msgspec

from train.data.download.progress import transfer_bar
from train.data.download.sources import Source

TIMEOUT_S = 30  # without a byte
CHUNK = 1 << 20
RECORD = "checksums.json"
_USER_AGENT = {"User-Agent": "realtime-handwriting (make data)"}
_NETWORK_ERRORS = (URLError, HTTPException, TimeoutError, ConnectionError)


class DownloadError(Exception):
    """A file cannot be downloaded."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url, self.reason = url, reason

    def __str__(self) -> str:
        return f"cannot download {self.url}: {self.reason}"


class ChecksumError(DownloadError):
    """A file is not the one that was published, or not the one that was downloaded first."""


def fetch(source: Source, folder: Path) -> Path:
    """Download a source into a folder, if it is not there yet, and verify it.

    Returns:
        The file's path.

    Raises:
        ChecksumError: the file is not the one that was published or recorded. A fresh download is
            deleted then, an older file stays.
        DownloadError: it cannot be reached, or the server breaks off.
    """
    path = folder / source.file
    path.parent.mkdir(parents=True, exist_ok=True)
    record = _Record(folder / RECORD)
    expected = source.checksum or record.checksum_of(source)
    if path.exists():
        if expected:
            _verify(path, expected, source, "delete it to download it again")
        else:
            record.add(source, path, "nothing")
        return path
    print(f"Downloading {source.url}", flush=True)
    part = path.with_name(f"{path.name}.part")
    _download(source.url, part, f"download it by other means to {path}")
    expected = expected or _published(source)
    if expected:
        try:
            _verify(part, expected, source, "the download was deleted; try again")
        except ChecksumError:
            part.unlink()
            raise
    else:
        print(f"  {path.name}: no checksum is published; {RECORD} records that of this download")
    record.add(source, part, expected or "nothing")
    part.replace(path)
    return path


class _Recorded(msgspec.Struct):
    """What `checksums.json` says of one file."""

    url: str
    bytes: int
    sha256: str
    # The digest that the file was verified against, or "nothing" where none was known.
    verified: str


class _Record:
    """The digests of all files that were downloaded into a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files: dict[str, _Recorded] = {}
        if path.exists():
            self._files = msgspec.json.decode(path.read_bytes(), type=dict[str, _Recorded])

    def checksum_of(self, source: Source) -> str | None:
        recorded = self._files.get(source.file)
        return f"sha256:{recorded.sha256}" if recorded and recorded.url == source.url else None

    def add(self, source: Source, path: Path, verified: str) -> None:
        digest = _digest(path, "sha256")
        self._files[source.file] = _Recorded(source.url, path.stat().st_size, digest, verified)
        content = msgspec.json.format(msgspec.json.encode(self._files), indent=2) + b"\n"
        self._path.write_bytes(content)


def _published(source: Source) -> str | None:
    """The checksum in the publisher's record; None if there is no such record, or it has none."""
    if source.checksum_url is None:
        return None
    try:
        with _open(source.checksum_url) as reply:
            checksum = msgspec.json.decode(reply.read()).get("checksum")
    except (*_NETWORK_ERRORS, msgspec.DecodeError, AttributeError):
        return None
    algorithm, _, digest = str(checksum).partition(":")
    return str(checksum) if algorithm in hashlib.algorithms_available and digest else None


def _verify(path: Path, expected: str, source: Source, advice: str) -> None:
    algorithm, _, digest = expected.partition(":")
    found = _digest(path, algorithm)
    if found != digest.lower():
        reason = f"{path} has {algorithm} {found}, expected {digest}; {advice}"
        raise ChecksumError(source.url, reason)


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _download(url: str, part: Path, otherwise: str) -> None:
    """Append to the file until it is complete; try again for as long as every try brings more.

    Raises:
        DownloadError: a try brought nothing; the message ends with `otherwise`.
    """
    with transfer_bar() as bar:
        task = bar.add_task(part.name.removesuffix(".part"), total=None)

        def advance(received: int, total: int | None) -> None:
            bar.update(task, completed=received, total=total)

        while True:
            before = _size(part)
            try:
                if _transfer(url, part, advance):
                    return
                reason = "the connection was closed early"
            except HTTPError as error:
                reason = f"the server answers {error.code} {error.reason}"
            except _NETWORK_ERRORS as error:
                reason = str(getattr(error, "reason", error)) or type(error).__name__
            if _size(part) <= before:
                resumed = " (it is resumed next time)" if before else ""
                raise DownloadError(url, f"{reason}{resumed}; try again, or {otherwise}")


def _transfer(url: str, part: Path, advance: Callable[[int, int | None], None]) -> bool:
    """Request what is missing and append it; returns whether the file is complete."""
    start = _size(part)
    try:
        response = _open(url, {"Range": f"bytes={start}-"} if start else {})
    except HTTPError as error:
        # The whole file has come already, or there is more of it than the server has.
        if error.code == 416 and start:
            if error.headers.get("Content-Range") == f"bytes */{start}":
                return True
            part.unlink()
            return _transfer(url, part, advance)
        raise
    with response:
        if response.status != 206:  # the server does not resume
            start = 0
        length = response.headers.get("Content-Length")
        total = start + int(length) if length else None
        received = start
        with part.open("ab" if start else "wb") as file:
            while chunk := response.read(CHUNK):
                file.write(chunk)
                received += len(chunk)
                advance(received, total)
    return total is None or received >= total


def _open(url: str, headers: Mapping[str, str] = MappingProxyType({})) -> HTTPResponse:
    request = Request(url, headers={**_USER_AGENT, **headers})  # noqa: S310  # sources.py names it
    response: HTTPResponse = urlopen(request, timeout=TIMEOUT_S)  # noqa: S310
    return response


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
