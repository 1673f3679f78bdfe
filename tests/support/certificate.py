"""A certificate of this machine's loopback address, signed by itself."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

NO_OPENSSL = "no openssl (Debian: apt-get install openssl)"


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as PEM files."""

    file: Path
    key_file: Path


def make_certificate(folder: Path) -> Certificate:
    """A new certificate for 127.0.0.1. Skips the test where there is no openssl."""
    program = shutil.which("openssl")
    if not program:
        pytest.skip(NO_OPENSSL)
    certificate = Certificate(folder / "certificate.pem", folder / "key.pem")
    command = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 "
        f"-out {certificate.file} -keyout {certificate.key_file}"
    )
    subprocess.run([program, *command.split()], check=True, capture_output=True)
    return certificate
