"""`python -m train.data.download`: downloads the training data and converts it, split by writer.

MNIST, the UCI pen digits and UniPen train_r01_v07 come from where their authors publish them. An
interrupted download is resumed, and what is there already is not converted again.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from train.data.download import convert, unipen_release
from train.data.download.convert import ConversionError
from train.data.download.fetch import DownloadError, fetch
from train.data.download.sources import MNIST, PENDIGITS, UNIPEN
from train.data.download.unipen_release import CATEGORIES, ReleaseError, Skipped

LICENCES = """
MNIST: CC BY-SA 3.0, Yann LeCun, Corinna Cortes, Christopher J. C. Burges.
Pen digits: CC BY 4.0, E. Alpaydin, Fevzi Alimoglu, 1998, doi 10.24432/C5MG6K.
UniPen: CC BY 4.0, International Unipen Foundation, 1999, doi 10.5281/zenodo.1195803; the notice
inside the archive speaks of research use only."""


def main() -> None:
    """Download and convert what is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m train.data.download",
        description="Download handwriting, and convert it for training.",
    )
    parser.add_argument(
        "--to", type=Path, default=Path("data"), help="the data folder (default: %(default)s)"
    )
    parser.add_argument(
        "--only",
        choices=["mnist", "pendigits", "unipen"],
        action="append",
        help="one source alone; may be given several times",
    )
    options = parser.parse_args()
    steps = {"mnist": _mnist, "pendigits": _pendigits, "unipen": _unipen}
    try:
        for name in options.only or steps:
            steps[name](options.to)
    except (DownloadError, ConversionError, ReleaseError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("\ninterrupted; the same command goes on from here")
    print(LICENCES)


def _mnist(folder: Path) -> None:
    fetch(MNIST, folder)  # the format is the data folder's own
    print("mnist: ready")


def _pendigits(folder: Path) -> None:
    archive = fetch(PENDIGITS, folder)
    if all(path.exists() for path in convert.outputs(folder, "pendigits")):
        print("pendigits: ready")
    else:
        print(convert.write_splits(convert.read_pendigits(archive), folder, "pendigits"))


def _unipen(folder: Path) -> None:
    archive = fetch(UNIPEN, folder)
    missing = {
        category: name
        for category, name in CATEGORIES.items()
        if not all(path.exists() for path in convert.outputs(folder, name))
    }
    if not missing:
        print("unipen: ready")
        return
    print("Extracting UniPen …", flush=True)
    skipped = Skipped()
    with tempfile.TemporaryDirectory(dir=folder) as extracted:
        root = unipen_release.extract(archive, Path(extracted))
        for category, name in missing.items():
            samples = unipen_release.read_category(root, category, skipped)
            print(convert.write_splits(samples, folder, name), flush=True)
    if skipped.files or skipped.lines:
        first = f", the first is {skipped.files[0]}" if skipped.files else ""
        print(
            f"unipen: left out {len(skipped.files)} files whose inclusions are missing{first}; "
            f"and {skipped.lines} malformed lines"
        )


if __name__ == "__main__":
    main()
