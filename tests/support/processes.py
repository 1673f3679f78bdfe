"""The processes of a running server, their CPU time and their private memory."""

import time

import psutil

from tests.support.server import Server


def server_processes(server: Server) -> list[psutil.Process]:
    """The first process of a server, then the processes that it started."""
    first = psutil.Process(server.process.pid)
    return [first, *first.children(recursive=True)]


def cpu_seconds(server: Server) -> list[float]:
    """CPU time of each process of a server so far, all its threads together."""
    return [cpu_seconds_of(process.pid) for process in server_processes(server)]


def cpu_seconds_of(pid: int) -> float:
    """CPU time of a process so far, all its threads together.

    This is Linux's clock_getcpuclockid(3), which Python lacks. Its resolution is nanoseconds,
    while /proc counts hundredths of a second.
    """
    return time.clock_gettime((~pid << 3) | 2)


def private_bytes(server: Server) -> list[int]:
    """Memory that each process of a server shares with no other, in bytes."""
    return [process.memory_full_info().uss for process in server_processes(server)]
