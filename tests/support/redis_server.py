"""A real Redis, with a password or without one, which can be killed and started again."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import setup
from tests.support.server import free_port, is_listening, wait_until


class RedisServer:
    """A Redis on a port; `url` is what `INK_REDIS` names."""

    def __init__(self, program: str, password: str, unix_socket: Path | None) -> None:
        self.port = free_port()
        self._program = program
        self._password = password
        self._unix_socket = unix_socket
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its URL, with the password."""
        return self.url_with(self._password)

    def url_with(self, password: str) -> str:
        """The same with another password."""
        user = f":{password}@" if password else ""
        if self._unix_socket:
            return f"redis+unix://{user}{self._unix_socket}"
        return f"redis://{user}127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Its process."""
        if self._process is None:
            raise RuntimeError("Redis was not started")
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        if self._password:
            command += ["--requirepass", self._password]
        if self._unix_socket:
            command += ["--unixsocket", str(self._unix_socket)]
        self._process = subprocess.Popen(
            command, executable=self._program, stdout=subprocess.DEVNULL
        )
        wait_until(lambda: is_listening(self.port))

    def kill(self) -> None:
        """End it at once."""
        if self._process:
            self._process.kill()
            self._process.wait()


@contextmanager
def serve_redis(*, password: str = "", unix_socket: Path | None = None) -> Iterator[RedisServer]:
    """A Redis until the block ends. Skips the test where there is none."""
    program = setup.redis_program()
    if program is None:
        pytest.skip("no Redis (Debian: apt-get install redis-tools)")
    server = RedisServer(program, password, unix_socket)
    server.start()
    try:
        yield server
    finally:
        server.kill()
