"""Certificates for engines of tests, made by OpenSSL's command."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


def make_certificate(folder: Path, name: str) -> Path:
    """A file with a key and a certificate that signs itself, for an address or a host name."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate")
    kind = "IP" if name[0].isdigit() else "DNS"
    file, public = folder / f"{name}.pem", folder / "public.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-subj", f"/CN={name}", "-addext", f"subjectAltName={kind}:{name}"]
    command += ["-keyout", str(file), "-out", str(public)]
    subprocess.run(command, check=True, capture_output=True)
    with file.open("a") as both:
        both.write(public.read_text())
    return file


def server_context(certificate: Path) -> ssl.SSLContext:
    """What a server with this certificate speaks TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
