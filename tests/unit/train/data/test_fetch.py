"""Downloads are resumed, verified and recorded; what fails says which address and why."""

import hashlib
import json
import socket
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("rich")

from tests.unit.train.data.publisher import Publisher, publishing
from train.data.download.fetch import RECORD, ChecksumError, DownloadError, fetch
from train.data.download.sources import MNIST, PENDIGITS, UNIPEN, Source

CONTENT = bytes(range(256)) * 5000
SHA256 = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
FILE = "raw/ink.zip"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as running:
        running.files["/ink"] = CONTENT
        yield running


def source_at(publisher: Publisher, checksum: str | None = SHA256, record: str = "") -> Source:
    record_url = f"{publisher.address}{record}" if record else None
    return Source(FILE, f"{publisher.address}/ink", checksum, record_url)


def part_of(folder: Path, content: bytes) -> Path:
    part = folder / f"{FILE}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(content)
    return part


def recorded(folder: Path) -> dict[str, str | int]:
    files: dict[str, dict[str, str | int]] = json.loads((folder / RECORD).read_text())
    return files[FILE]


def test_a_file_is_downloaded_once_verified_and_recorded(
    publisher: Publisher, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = source_at(publisher)
    assert fetch(source, tmp_path) == tmp_path / FILE
    assert (tmp_path / FILE).read_bytes() == CONTENT
    assert recorded(tmp_path) == {
        "url": source.url,
        "bytes": len(CONTENT),
        "sha256": SHA256.removeprefix("sha256:"),
        "verified": SHA256,
    }
    fetch(source, tmp_path)
    assert publisher.requests == [("/ink", "")]
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["ink.zip"]
    said, drawn = capfd.readouterr()
    assert said == f"Downloading {source.url}\n"
    assert drawn == "", "there is no progress bar without a terminal"


def test_an_interrupted_download_is_resumed(publisher: Publisher, tmp_path: Path) -> None:
    part_of(tmp_path, CONTENT[:1000])
    fetch(source_at(publisher), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT
    assert publisher.requests == [("/ink", "bytes=1000-")]


def test_a_connection_that_breaks_is_opened_again(publisher: Publisher, tmp_path: Path) -> None:
    publisher.breaks_after = 500_000
    fetch(source_at(publisher), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT
    ranges = [requested for _, requested in publisher.requests]
    assert ranges == ["", "bytes=500000-", "bytes=1000000-"]


def test_a_server_that_sends_nothing_more_is_named_and_the_part_stays(
    publisher: Publisher, tmp_path: Path
) -> None:
    part = part_of(tmp_path, CONTENT[:1000])
    publisher.breaks_after = 0
    with pytest.raises(DownloadError, match=r"/ink: .*closed early.*resumed") as caught:
        fetch(source_at(publisher), tmp_path)
    assert publisher.address in str(caught.value)
    assert part.read_bytes() == CONTENT[:1000]
    publisher.breaks_after = None
    fetch(source_at(publisher), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_server_that_does_not_resume_sends_all_again(
    publisher: Publisher, tmp_path: Path
) -> None:
    part_of(tmp_path, b"x" * 1000)
    publisher.resumes = False
    fetch(source_at(publisher), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_part_that_was_complete_already_is_verified(publisher: Publisher, tmp_path: Path) -> None:
    part_of(tmp_path, CONTENT)
    fetch(source_at(publisher), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT
    assert publisher.requests == [("/ink", f"bytes={len(CONTENT)}-")]


def test_a_part_that_is_too_long_is_started_anew(publisher: Publisher, tmp_path: Path) -> None:
    part_of(tmp_path, CONTENT + b"more")
    fetch(source_at(publisher), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_another_file_than_the_published_is_refused_and_deleted(
    publisher: Publisher, tmp_path: Path, algorithm: str
) -> None:
    expected = hashlib.new(algorithm, b"other").hexdigest()
    with pytest.raises(ChecksumError) as caught:
        fetch(source_at(publisher, f"{algorithm}:{expected}"), tmp_path)
    assert expected in str(caught.value)
    assert hashlib.new(algorithm, CONTENT).hexdigest() in str(caught.value)
    assert publisher.address in str(caught.value)
    assert list((tmp_path / "raw").iterdir()) == []
    assert not (tmp_path / RECORD).exists()


def test_a_file_that_changed_since_is_refused_and_stays(
    publisher: Publisher, tmp_path: Path
) -> None:
    path = fetch(source_at(publisher), tmp_path)
    path.write_bytes(b"damaged")
    with pytest.raises(ChecksumError, match="delete it"):
        fetch(source_at(publisher), tmp_path)
    assert path.read_bytes() == b"damaged"


def test_the_publishers_own_record_of_the_checksum_is_used(
    publisher: Publisher, tmp_path: Path
) -> None:
    md5 = hashlib.md5(CONTENT).hexdigest()  # noqa: S324  # Zenodo publishes MD5
    publisher.files["/record"] = json.dumps({"checksum": f"md5:{md5}", "size": 1}).encode()
    fetch(source_at(publisher, None, "/record"), tmp_path)
    assert recorded(tmp_path)["verified"] == f"md5:{md5}"

    other = tmp_path / "other"
    publisher.files["/record"] = json.dumps({"checksum": f"md5:{'0' * 32}"}).encode()
    with pytest.raises(ChecksumError, match="0" * 32):
        fetch(source_at(publisher, None, "/record"), other)


@pytest.mark.parametrize("record", [b"<html>", b"[]", b'{"checksum": null}', b'{"size": 3}', None])
def test_without_a_published_checksum_the_first_download_is_recorded(
    publisher: Publisher,
    tmp_path: Path,
    record: bytes | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if record is not None:
        publisher.files["/record"] = record
    path = fetch(source_at(publisher, None, "/record"), tmp_path)
    assert recorded(tmp_path)["verified"] == "nothing"
    assert "no checksum is published" in capsys.readouterr().out

    path.unlink()
    publisher.files["/ink"] = CONTENT[::-1]
    with pytest.raises(ChecksumError, match=SHA256.removeprefix("sha256:")):
        fetch(source_at(publisher, None, "/record"), tmp_path)
    assert not path.exists()
    publisher.files["/ink"] = CONTENT
    fetch(source_at(publisher, None, "/record"), tmp_path)
    assert path.read_bytes() == CONTENT


def test_a_file_that_came_by_other_means_is_recorded_too(
    publisher: Publisher, tmp_path: Path
) -> None:
    part_of(tmp_path, CONTENT).rename(tmp_path / FILE)
    fetch(source_at(publisher, None), tmp_path)
    assert publisher.requests == []
    assert recorded(tmp_path)["verified"] == "nothing"
    (tmp_path / FILE).write_bytes(b"changed")
    with pytest.raises(ChecksumError):
        fetch(source_at(publisher, None), tmp_path)


def test_without_a_network_the_error_names_the_address(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    source = Source(FILE, f"http://127.0.0.1:{port}/ink", SHA256)
    with pytest.raises(DownloadError) as caught:
        fetch(source, tmp_path)
    assert source.url in str(caught.value)
    assert "refused" in str(caught.value)
    assert str(tmp_path / FILE) in str(caught.value), "where to put it by hand"


def test_a_missing_file_is_told_with_its_status(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="404"):
        fetch(Source(FILE, f"{publisher.address}/moved"), tmp_path)
    assert list((tmp_path / "raw").iterdir()) == []


def test_mnist_is_the_archive_that_keras_knows() -> None:
    spec = find_spec("keras")
    if spec is None or spec.origin is None:
        pytest.skip("there is no Keras")
    # The source is read, not imported, which would take seconds.
    code = Path(spec.origin).with_name("src").joinpath("datasets", "mnist.py").read_text()
    assert MNIST.checksum is not None
    assert MNIST.checksum.removeprefix("sha256:") in code
    assert MNIST.url.removesuffix("mnist.npz") in code


@pytest.mark.parametrize("source", [MNIST, PENDIGITS, UNIPEN], ids=lambda source: source.file)
def test_every_source_is_encrypted_and_has_a_checksum(source: Source) -> None:
    assert source.url.startswith("https://")
    assert source.checksum or source.checksum_url
