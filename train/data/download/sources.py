"""Where the authors of the training data publish it, and how each file is verified.

`checksum` is a digest of the file, `ALGORITHM:HEX`, with any algorithm of `hashlib`. Where none was
known when this was written, `checksum_url` names the publisher's own record of it, which is read at
download time; and the digest of the first download is recorded beside the data (`fetch.py`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One published file.

    Attributes:
        file: its name in the data folder.
        url: where it is published.
        checksum: its known digest, such as `sha256:1e02…`.
        checksum_url: JSON with its digest as `checksum`, such as `{"checksum": "md5:7c6c…"}`.
    """

    file: str
    url: str
    checksum: str | None = None
    checksum_url: str | None = None


# The archive of `keras.datasets.mnist`; the digest is the one in Keras's source code.
MNIST = Source(
    file="mnist.npz",
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    checksum="sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
)

# The UCI repository publishes no digest; this one is in several projects that downloaded the file.
# `convert.PENDIGITS_SHA256` checks the member that is used once more.
PENDIGITS = Source(
    file="raw/pendigits.zip",
    url="https://archive.ics.uci.edu/static/public/81/"
    "pen+based+recognition+of+handwritten+digits.zip",
    checksum="sha256:1e02bea023613c2b11c9492f6f34caf975420455934f3527d270cee9a1f03b64",
)

# Zenodo publishes MD5 digests in the record of each file.
UNIPEN = Source(
    file="raw/unipen-CDROM-train_r01_v07.tgz",
    url="https://zenodo.org/api/records/1195803/files/unipen-CDROM-train_r01_v07.tgz/content",
    checksum_url="https://zenodo.org/api/records/1195803/files/unipen-CDROM-train_r01_v07.tgz",
)
