"""HAProxy and Caddy in front of the service, with the lines that docs/proxies.md has for each."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.certificate import Certificate
from tests.support.files import ROOT
from tests.support.server import free_port, is_listening, wait_until
from tests.support.server_program import server_program

PAGE = ROOT / "docs" / "proxies.md"
# What the packages' own configuration has beside it.
HAPROXY_DEFAULTS = """defaults
  mode http
  timeout connect 5s
  timeout client 3s
  timeout server 30s

"""
CADDY_OPTIONS = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n\n"


def documented_lines(language: str) -> str:
    """The fenced block of docs/proxies.md in this language.

    Raises:
        ValueError: there is not one.
    """
    [block] = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return str(block)


@contextmanager
def serve_behind_haproxy(
    folder: Path, nodes: Sequence[int], certificate: Certificate
) -> Iterator[str]:
    """An HAProxy in front of two nodes, given by port; the origin of the site.

    A WebSocket outlasts three seconds of silence by `timeout tunnel` alone.
    """
    port, pem = free_port(), folder / "site.pem"
    pem.write_text(certificate.file.read_text() + certificate.key_file.read_text())
    text = documented_lines("haproxy").replace(":443", f"127.0.0.1:{port}")
    text = text.replace("/etc/haproxy/site.pem", str(pem))
    file = folder / "haproxy.cfg"
    file.write_text(HAPROXY_DEFAULTS + _with_nodes(text, nodes))
    with _run(["haproxy", "-db", "-f", str(file)], folder, port):
        yield f"https://127.0.0.1:{port}"


@contextmanager
def serve_behind_caddy(
    folder: Path, nodes: Sequence[int], certificate: Certificate
) -> Iterator[str]:
    """A Caddy in front of two nodes, given by port; the origin of the site."""
    port = free_port()
    site = f"https://127.0.0.1:{port} {{\n\ttls {certificate.file} {certificate.key_file}"
    text = documented_lines("caddyfile").replace("ink.example {", site)
    file = folder / "Caddyfile"
    file.write_text(CADDY_OPTIONS + _with_nodes(text, nodes))
    with _run(["caddy", "run", "--adapter", "caddyfile", "--config", str(file)], folder, port):
        yield f"https://127.0.0.1:{port}"


def _with_nodes(text: str, nodes: Sequence[int]) -> str:
    for documented, port in zip(("10.0.0.11:8000", "10.0.0.12:8000"), nodes, strict=True):
        text = text.replace(documented, f"127.0.0.1:{port}")
    return text


@contextmanager
def _run(command: Sequence[str], folder: Path, port: int) -> Iterator[None]:
    name, *arguments = command
    program = server_program(name)
    if not program:
        pytest.skip(f"no {name}; `make setup` installs it where it can")
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen([program, *arguments], stdout=log, stderr=log, env=home)
    try:
        wait_until(lambda: is_listening(port) or process.poll() is not None)
        assert process.poll() is None, (folder / f"{name}.log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)
