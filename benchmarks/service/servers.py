"""Starts the measured servers, the service and its peers, each on its cores."""

import os
import sys
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.support.server import Server, free_port, launch, serve

SERVER_CORES = {0}
CLIENT_CORES = {1}


def service(
    log: Path, *, workers: int = 1, cores: Collection[int] = SERVER_CORES, sessions: int = 1_000
) -> AbstractContextManager[Server]:
    """The service, as `make serve` runs it."""
    return serve(log, workers=workers, cores=cores, INK_SESSIONS=str(sessions))


def textbook_app(log: Path) -> AbstractContextManager[Server]:
    """Peer (a): Flask, Pillow and `model.predict`."""
    # Without a configuration of its own gunicorn would take the service's, which lies in the
    # working directory.
    options = [
        "--config",
        "/dev/null",
        "--worker-class",
        "gthread",
        "--threads",
        "4",
        "--keep-alive",
        "60",
    ]
    port = free_port()
    module = [
        "gunicorn",
        "benchmarks.service.peers.textbook:app",
        "--bind",
        f"127.0.0.1:{port}",
        *options,
    ]
    return launch(
        module, port, log, cores=SERVER_CORES, WEB_CONCURRENCY="1", TF_CPP_MIN_LOG_LEVEL="3"
    )


def uvicorn_app(log: Path) -> AbstractContextManager[Server]:
    """Peer (b): uvicorn, uvloop and websockets, with our session code."""
    options = [
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--ws",
        "websockets-sansio",
        "--ws-per-message-deflate",
        "false",
    ]
    port = free_port()
    module = [
        "uvicorn",
        "benchmarks.service.peers.uvicorn_app:app",
        "--port",
        str(port),
        *options,
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    return launch(module, port, log, cores=SERVER_CORES)


def keep_to_the_clients_cores() -> None:
    """Run this process on the clients' cores alone. It ends where the servers have no other."""
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("two cores are needed: one for the server, one for its clients")
    os.sched_setaffinity(0, CLIENT_CORES)


@contextmanager
def on_the_servers_cores() -> Iterator[None]:
    """Run this process on the servers' cores, and then on the clients' again."""
    os.sched_setaffinity(0, SERVER_CORES)
    try:
        yield
    finally:
        os.sched_setaffinity(0, CLIENT_CORES)
