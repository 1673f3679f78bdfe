"""`python -m train.data.download` makes a data folder, on made-up sources from a local server."""

import gzip
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rich")
pytest.importorskip("uncompresspy")

from tests.unit.train.data.publisher import Publisher, publishing
from tests.unit.train.data.small_release import archive_of, release_in
from tests.unit.train.data.test_convert import COMPRESSED, TEXT
from train.data.dataset import read_mnist, read_split
from train.data.download import __main__ as command
from train.data.download import convert, unipen_release


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """Publishes all three sources in small, and makes the command read them there."""
    pictures = io.BytesIO()
    np.savez(
        pictures,
        x_train=np.zeros((24, 28, 28), np.uint8),
        y_train=np.zeros(24, np.uint8),
        x_test=np.zeros((3, 28, 28), np.uint8),
        y_test=np.zeros(3, np.uint8),
    )
    digits = io.BytesIO()
    with zipfile.ZipFile(digits, "w") as archive:
        archive.writestr(convert.PENDIGITS_MEMBER, COMPRESSED)
    monkeypatch.setattr(convert, "PENDIGITS_SHA256", hashlib.sha256(TEXT).hexdigest())
    with publishing() as running:
        published = {"MNIST": pictures.getvalue(), "PENDIGITS": digits.getvalue()}
        for name, content in (published | {"UNIPEN": archive_of(release_in(tmp_path))}).items():
            running.files[f"/{name}"] = content
            source = replace(
                getattr(command, name),
                url=f"{running.address}/{name}",
                checksum=f"sha256:{hashlib.sha256(content).hexdigest()}",
            )
            monkeypatch.setattr(command, name, source)
        yield running


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str) -> None:
    monkeypatch.setattr("sys.argv", ["download", "--to", str(folder), *options])
    command.main()


def test_the_command_makes_a_data_folder(
    publisher: Publisher,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    data = tmp_path / "data"
    run(monkeypatch, data)
    said, drawn = capfd.readouterr()
    assert "doi 10.5281/zenodo.1195803" in said, "the licences ask for it"
    assert drawn == "", "there is no progress bar without a terminal"
    names = ["pendigits", *unipen_release.CATEGORIES.values()]
    files = {path.name for name in names for path in convert.outputs(data, name)}
    assert {path.name for path in data.iterdir()} == files | {"mnist.npz", "checksums.json", "raw"}
    train, val = read_split(data, "train"), read_split(data, "val")
    assert sorted(train) == sorted(val) == sorted(names)
    labels = {name: {one.label for one in (*train[name], *val[name])} for name in names}
    assert labels["unipen-digits"] == {"1", "2", "4", "7", "8"}
    assert labels["unipen-upper"] == {"M", "2", "8"}
    assert labels["unipen-symbols"] == {"#", "2", "8"}
    assert labels["pendigits"] == {"8", "4"}
    assert len(read_mnist(data)[2].targets) == 3
    for path in (data / name for name in files):
        assert "Ada" not in gzip.decompress(path.read_bytes()).decode()

    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    count = len(publisher.requests)
    run(monkeypatch, data)
    assert len(publisher.requests) == count, "all is there"
    (data / "unipen-upper.val.ndjson.gz").unlink()
    run(monkeypatch, data, "--only", "unipen")
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def test_the_command_ends_with_the_reason(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del publisher.files["/PENDIGITS"]
    with pytest.raises(SystemExit, match=re.escape(f"{publisher.address}/PENDIGITS: the server")):
        run(monkeypatch, tmp_path / "data", "--only", "pendigits")
    publisher.files["/UNIPEN"] += b"more"
    with pytest.raises(SystemExit, match="expected"):
        run(monkeypatch, tmp_path / "data", "--only", "unipen")
    assert not list((tmp_path / "data").rglob("*.*"))
