"""What is done before the workers start: addresses, folder and open files are checked.

The listener of the metrics is opened here, too.
"""

import os
import resource
import socket
import tempfile
from ipaddress import ip_address
from typing import TYPE_CHECKING

from realtime.config import variable_name
from realtime.errors import SettingError
from realtime.free_space import write_failure
from realtime.setting_formats import Host, ListenAddress
from realtime.setting_groups import ConnectionLimits, ServerSettings

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter

# Heartbeat files on a disk can block a worker; this is memory.
SHARED_MEMORY = "/dev/shm"  # noqa: S108
# A worker's heartbeat, and its counts in five files that begin with 64 KiB each. A write to a page
# for which there is no room ends the worker (SIGBUS).
WORKER_BYTES = 512 * 1024
# Files that a worker has open beside its connections; 17 were counted.
FILES_BESIDE_CONNECTIONS = 50


def check_host(host: Host) -> None:
    """Check that this machine can listen there; gunicorn would try for five seconds.

    Raises:
        SettingError: it has no such address.
    """
    try:
        # gunicorn takes a name for one of IPv4.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        address = socket.getaddrinfo(host, 0, family, socket.SOCK_STREAM)[0][4]
        with socket.socket(family) as probe:
            probe.bind(address)
    except OSError as error:
        expected = f"an address of this machine: {error.strerror}"
        raise SettingError(variable_name(ServerSettings.host), host, expected) from error


def open_metrics_listener(server: "Arbiter", bind: ListenAddress) -> None:
    """Let the workers listen there too, whatever else gunicorn was told to listen on.

    systemd, or the master that this one replaces, may have opened it already.

    Raises:
        SettingError: nobody can listen there.
    """
    from gunicorn.sock import TCP6Socket, TCPSocket, UnixSocket

    variable = variable_name(ServerSettings.metrics_bind)
    is_open = [bind.is_name(listener.getsockname()) for listener in server.LISTENERS]
    if all(is_open):
        raise SettingError(variable, bind, "another address than that of the service")
    if not bind or any(is_open):
        return
    if isinstance(bind.target, str):
        kind = UnixSocket
    else:
        kind = TCP6Socket if ":" in bind.target[0] else TCPSocket
    try:
        server.LISTENERS.append(kind(bind.target, server.cfg, server.log))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        expected = f"an address that this service can listen on alone: {reason}"
        raise SettingError(variable, bind, expected) from error


def find_worker_folder(workers: int) -> str | None:
    """A folder that has room for the files of so many workers; None where there is none."""
    size = workers * WORKER_BYTES
    if write_failure(SHARED_MEMORY, size) is None:
        return SHARED_MEMORY
    return tempfile.gettempdir() if write_failure(None, size) is None else None


def check_worker_folder(folder: str | None, workers: int) -> None:
    """Check that the files of so many workers can be written; gunicorn would end in a traceback.

    Raises:
        SettingError: they cannot be, there or, with None, anywhere.
    """
    size = workers * WORKER_BYTES
    failure = write_failure(folder, size)
    if failure is None:
        return
    expected = f"a folder with room for {size} bytes of workers' files: {failure}"
    raise SettingError("TMPDIR", os.environ.get("TMPDIR", ""), expected)


def worker_connections(limits: ConnectionLimits) -> int:
    """How many connections gunicorn lets a worker have.

    Above our own cap on sessions, so that a full server can still say so, and answer `/healthz`.
    """
    return limits.sessions + 200


def raise_open_files(connections: int) -> str | None:
    """Let each worker have this many connections, as far as the system allows it.

    At the limit of open files nobody is refused: who comes waits for ever, `/healthz` too. Where
    nobody has set it, it is 1,024 on most systems, with leave to raise it.

    Returns:
        What is missing, in a sentence, if something is.
    """
    needed = connections + FILES_BESIDE_CONNECTIONS
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if allowed == unlimited or allowed >= needed:
        return None
    raised = needed if most == unlimited else min(needed, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (raised, most))
    if raised == needed:
        return None
    return (
        f"a worker may have {raised} open files (ulimit -n) and needs {needed}: beyond that whoever"
        " comes waits. Raise the limit, or lower INK_SESSIONS"
    )


def url_to_open(name: object) -> str | None:
    """The URL of a listener, given by its name; None for a Unix socket, which no browser opens."""
    if not isinstance(name, tuple):
        return None
    address = ip_address(name[0])
    is_here = address.is_unspecified or name[0] == "127.0.0.1"
    host = "localhost" if is_here else Host(str(address)).in_url
    return f"http://{host}:{name[1]}/"
