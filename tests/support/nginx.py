"""A real nginx in front of the service: as it is shipped in deploy/, or with `location` blocks."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.support.certificate import Certificate
from tests.support.files import ROOT
from tests.support.server import free_port, wait_until
from tests.support.server_program import server_program

NO_NGINX = "no nginx; `make setup` installs it where it can"
DEPLOY = ROOT / "deploy"
NO_EDITS: Mapping[str, Mapping[str, str]] = MappingProxyType({})
# What a site below /ink/ includes.
SUB_PATH = {"nginx/server.conf": {"nginx/locations.conf": "nginx/sub-path.conf"}}
# The node of the shipped configuration.
NODE = "server ink:8000 max_fails=3 fail_timeout=10s;"
# What a user other than root cannot write; a test keeps it in its own folder.
FILES = """access_log off;
client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi;
"""
CONFIGURATION = """
worker_processes 1;
events {{ worker_connections 256; }}
http {{
  {files}
  server {{
    listen 127.0.0.1:{port};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
    {locations}
  }}
}}
"""


@dataclass
class Nginx:
    """A running nginx.

    `origin` is that of the site; `folder` holds its configuration, which a test may change.
    """

    process: subprocess.Popen[bytes]
    folder: Path
    origin: str

    @property
    def ws(self) -> str:
        """URL of the stream at the root of the site."""
        return self.origin.replace("http", "ws", 1) + "/ws"

    @property
    def log(self) -> str:
        """What nginx has logged."""
        return (self.folder / "error.log").read_text()

    def edit(self, file: str, edits: Mapping[str, str]) -> None:
        """Replace text in a file of its configuration, each once.

        Raises:
            ValueError: the text is not there, or not once.
        """
        path = self.folder / file
        path.write_text(_edited(path.read_text(), edits))

    def reload(self) -> None:
        """Have new workers read the configuration, and wait until the old ones accept nobody."""
        told = "gracefully shutting down"
        # Those that were told before may still hold connections.
        expected = self.log.count("start worker process ")
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.log.count(told) >= expected)


@contextmanager
def serve_shipped_nginx(
    folder: Path,
    nodes: Sequence[str],
    *,
    certificate: Certificate | None = None,
    edits: Mapping[str, Mapping[str, str]] = NO_EDITS,
) -> Iterator[Nginx]:
    """An nginx with the configuration of deploy/ until the block ends.

    Skips the test where there is no nginx.

    Args:
        folder: gets a copy of the configuration.
        nodes: the arguments of `server`, each with the address of a node.
        certificate: of the site; without one it has no TLS.
        edits: further texts to replace, by file.
    """
    port, plain_port = free_port(), free_port()
    shutil.copytree(DEPLOY / "nginx", folder / "nginx")
    shutil.copy(DEPLOY / "nginx.conf", folder)
    servers = "\n  ".join(f"server {node};" for node in nodes)
    listening = {"listen 80;": f"listen 127.0.0.1:{plain_port if certificate else port};"}
    changes: dict[str, dict[str, str]] = {
        "nginx.conf": {},
        "nginx/upstream.conf": {NODE: servers},
        "nginx/server.conf": {"listen [::]:80;": "", **listening},
        "nginx/server-tls.conf": {"listen [::]:80;": "", "listen [::]:443 ssl http2;": ""},
    }
    if certificate:
        changes["nginx.conf"] = {"nginx/server.conf;": "nginx/server-tls.conf;"}
        changes["nginx/server-tls.conf"] |= {
            **listening,
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "tls/fullchain.pem": str(certificate.file),
            "tls/privkey.pem": str(certificate.key_file),
        }
    for file in changes.keys() | edits.keys():
        path = folder / file
        path.write_text(
            _edited(path.read_text(), changes.get(file, {}) | dict(edits.get(file, {})))
        )
    with (folder / "nginx" / "upstream.conf").open("a") as upstream:
        upstream.write(FILES.format(folder=folder))
    scheme = "https" if certificate else "http"
    with _run(folder, f"{scheme}://127.0.0.1:{port}") as running:
        yield running


@contextmanager
def serve_behind_nginx(folder: Path, locations: str) -> Iterator[str]:
    """An nginx with these `location` blocks until the block ends; its origin.

    Skips the test where there is no nginx.
    """
    port = free_port()
    text = CONFIGURATION.format(port=port, locations=locations, files=FILES.format(folder=folder))
    (folder / "nginx.conf").write_text(text)
    with _run(folder, f"http://127.0.0.1:{port}") as running:
        yield running.origin


def _edited(text: str, edits: Mapping[str, str]) -> str:
    for old, new in edits.items():
        if _uncommented(text).count(old) != 1:
            raise ValueError(f"{old!r} is not there once")
        text = "\n".join(
            line if line.lstrip().startswith("#") else line.replace(old, new)
            for line in text.split("\n")
        )
    return text


def _uncommented(text: str) -> str:
    """The lines of a configuration that are no comments."""
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))


@contextmanager
def _run(folder: Path, origin: str) -> Iterator[Nginx]:
    program = server_program("nginx")
    if not program:
        pytest.skip(NO_NGINX)
    log = folder / "error.log"
    log.touch()
    # Started by root its workers become another user, who can read nothing in a test's folder.
    user = "user root; " if os.geteuid() == 0 else ""
    options = f"{user}daemon off; pid {folder}/pid; error_log {log} notice;"
    process = subprocess.Popen(
        [
            program,
            "-p",
            str(folder),
            "-c",
            str(folder / "nginx.conf"),
            "-e",
            str(log),
            "-g",
            options,
        ]
    )
    try:
        started = "start worker process "
        wait_until(lambda: started in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield Nginx(process, folder, origin)
    finally:
        process.terminate()
        process.wait(timeout=30)
