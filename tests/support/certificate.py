"""Certificates that sign themselves, made by OpenSSL's command."""

import shutil
import ssl
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

    def server_context(self) -> ssl.SSLContext:
        """What a server with this certificate speaks TLS with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key_file)
        return context


def make_certificate(folder: Path, name: str = "127.0.0.1") -> Certificate:
    """A new certificate for an address or a host name. Skips the test without openssl."""
    program = shutil.which("openssl")
    if not program:
        pytest.skip(NO_OPENSSL)
    certificate = Certificate(folder / f"{name}.pem", folder / f"{name}.key.pem")
    kind = "IP" if name[0].isdigit() else "DNS"
    command = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN={name} -addext subjectAltName={kind}:{name} "
        f"-out {certificate.file} -keyout {certificate.key_file}"
    )
    subprocess.run([program, *command.split()], check=True, capture_output=True)
    return certificate
