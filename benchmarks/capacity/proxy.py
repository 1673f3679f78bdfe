"""A real nginx that ends TLS in front of the service, and what it costs."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from tests.support.certificate import make_certificate
from tests.support.processes import cpu_seconds_of
from tests.support.server import Server, free_port, wait_until
from tests.support.server_program import server_program

# One worker, whose CPU time is that of a core; HTTP/1.1, since WebSockets are upgraded from it.
CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log warn;
worker_processes 1;
worker_rlimit_nofile 20000;
events {{ worker_connections 10000; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate.file};
    ssl_certificate_key {certificate.key_file};
    ssl_protocols TLSv1.3;
    location / {{
      proxy_pass http://127.0.0.1:{service_port};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $http_connection;
      proxy_read_timeout 120s;
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running nginx; `server` is the service with the proxy's port."""

    server: Server
    worker: psutil.Process
    tls: ssl.SSLContext

    def cpu_s(self) -> float:
        """CPU time of nginx so far."""
        return cpu_seconds_of(self.worker.pid)

    def memory_bytes(self) -> int:
        """Memory that nginx shares with no other process."""
        return int(self.worker.memory_full_info().uss)


@contextmanager
def tls_proxy(folder: Path, server: Server) -> Iterator[Proxy]:
    """An nginx with TLS 1.3 and a certificate of the curve P-256, until the block ends."""
    program = server_program("nginx")
    assert program, "nginx is missing; `make setup` installs it where it can"
    certificate = make_certificate(folder)
    port, file = free_port(), folder / "nginx.conf"
    file.write_text(
        CONFIGURATION.format(
            folder=folder, port=port, service_port=server.port, certificate=certificate
        )
    )
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log")]
    )
    try:
        wait_until(lambda: bool(psutil.Process(process.pid).children()))
        [worker] = psutil.Process(process.pid).children()
        yield Proxy(
            replace(server, port=port), worker, ssl.create_default_context(cafile=certificate.file)
        )
    finally:
        process.terminate()
        process.wait(timeout=30)
