"""What this machine gives: addresses and ports, memory, open files."""

import errno
import os
import re
import resource
import socket
from pathlib import Path

import urllib3

from realtime.command_line.finding import Finding, Findings, State, wrong_setting
from realtime.config import Settings, variable_name
from realtime.errors import SettingError
from realtime.server.startup import check_host, raise_open_files, worker_connections
from realtime.setting_formats import Host
from realtime.setting_groups import ConnectionLimits, ServerSettings

# What a worker takes beside pictures, and the master with all networks: measured, and rounded up.
WORKER_BYTES = 64 * 1024 * 1024
MASTER_BYTES = 150 * 1024 * 1024
# Two pictures are in a worker's memory at once, with up to four bytes a pixel.
PICTURES, PIXEL_BYTES = 2, 4
# For an answer of a service on this machine.
PROBE_TIMEOUT_S = 2.0

_HOST, _PORT = variable_name(ServerSettings.host), variable_name(ServerSettings.port)
_METRICS = variable_name(ServerSettings.metrics_bind)


def check_addresses(settings: Settings) -> Findings:
    """Whether the service can listen where it is to."""
    server = settings.server
    try:
        check_host(server.host)
    except SettingError as error:
        yield wrong_setting("address", error)
    else:
        yield _port_finding(server.host, server.port)
    target = server.metrics_bind.target
    if not target:
        return
    if target == (server.host, server.port):
        message = f"{_METRICS} is the address of the service itself"
        yield Finding(State.WRONG, "metrics", message, f"give {_METRICS} another port")
    elif isinstance(target, str):
        if not os.access(Path(target).parent, os.W_OK):
            message = f"{Path(target).parent} cannot be written, where {_METRICS} puts its socket"
            yield Finding(State.WRONG, "metrics", message, "name a folder that can be")
    elif reason := _listen_failure(*target):
        message = f"{target[0]} port {target[1]}: {reason}"
        yield Finding(State.WRONG, "metrics", message, f"give {_METRICS} another port")
    else:
        yield Finding(State.FINE, "metrics", f"{target[0]} port {target[1]} is free")


def _port_finding(host: Host, port: int) -> Finding:
    reason = _listen_failure(host, port)
    if reason is None:
        return Finding(State.FINE, "port", f"{host} port {port} is free")
    message = f"{host} port {port}: {reason}"
    if _is_our_service(host, port):
        return Finding(State.FINE, "port", f"{host} port {port}: this service listens there now")
    advice = f"end what listens there (ss -ltnp says what), or set {_PORT} to another"
    if port < 1024:
        advice = f"set {_PORT} to 1024 or more, with a proxy in front"
    return Finding(State.WRONG, "port", message, advice)


def _listen_failure(host: str, port: int) -> str | None:
    """Why nobody can listen there; None where somebody could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            # As gunicorn does: a connection that has ended holds no port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen()
    except OSError as error:
        is_taken = error.errno == errno.EADDRINUSE
        return "another process listens there" if is_taken else (error.strerror or str(error))
    return None


def _is_our_service(host: Host, port: int) -> bool:
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host.in_url)  # noqa: S104
    try:
        # It goes by no proxy, whatever the environment says.
        answer = urllib3.request(
            "GET", f"http://{here}:{port}/readyz", timeout=PROBE_TIMEOUT_S, retries=False
        )
    except urllib3.exceptions.HTTPError:
        return False
    return b'"recognizers"' in answer.data


def check_memory(settings: Settings) -> Findings:
    """Whether all workers fit into the memory that is free."""
    free = free_memory()
    if free is None:
        return
    workers = settings.server.web_concurrency
    pictures = PICTURES * PIXEL_BYTES * settings.images.image_pixels
    needed = MASTER_BYTES + workers * (WORKER_BYTES + pictures)
    message = f"{_megabytes(free)} are free; {workers} workers take up to {_megabytes(needed)}"
    if free >= needed:
        yield Finding(State.FINE, "memory", message)
        return
    variable = variable_name(ServerSettings.web_concurrency)
    advice = f"lower {variable}, or INK_IMAGE_PIXELS, by which photographs are bounded"
    yield Finding(State.WARNING, "memory", message, advice)


def free_memory() -> int | None:
    """Bytes that processes may still take, of this machine or of this container's limit.

    None where the system does not say.
    """
    found = []
    try:
        available = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())
        if available:
            found.append(1024 * int(available[1]))
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        used = Path("/sys/fs/cgroup/memory.current").read_text().strip()
        if limit.isdecimal():
            found.append(int(limit) - int(used))
    except OSError:
        # Another system, or one without the second generation of control groups.
        pass
    return min(found, default=None)


def check_open_files(settings: Settings) -> Findings:
    """Whether a worker may have as many connections as it is to take."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    shortage = raise_open_files(worker_connections(settings.connection))
    resource.setrlimit(resource.RLIMIT_NOFILE, allowed)
    if shortage:
        sessions = variable_name(ConnectionLimits.sessions)
        advice = f"raise it (LimitNOFILE of systemd, ulimit -Hn), or lower {sessions}"
        yield Finding(State.WARNING, "open files", shortage, advice)
        return
    message = f"a worker may have {settings.connection.sessions} sessions"
    yield Finding(State.FINE, "open files", message)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
