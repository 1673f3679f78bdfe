"""A real nginx in front of the service, with a configuration of its own."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.server import free_port, wait_until

NO_NGINX = "no nginx; `make setup` installs it where it can"
CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log warn;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
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


def nginx_program() -> str | None:
    """Path of nginx, if there is one; for users other than root it is not on the PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def serve_behind_nginx(folder: Path, locations: str) -> Iterator[str]:
    """An nginx with these `location` blocks until the block ends; its origin.

    Skips the test where there is no nginx.
    """
    program = nginx_program()
    if not program:
        pytest.skip(NO_NGINX)
    port = free_port()
    file, log = folder / "nginx.conf", folder / "error.log"
    file.write_text(CONFIGURATION.format(folder=folder, port=port, locations=locations))
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(file), "-e", str(log)])
    try:
        wait_until(lambda: (folder / "pid").exists() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)
