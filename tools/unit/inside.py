"""Tries the units, within the Debian of `tools/unit`, by the Python of the installed service."""

import contextlib
import json
import subprocess
import sys
import time
import traceback
import urllib.request
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect, unix_connect

TCP, UNIX = "ws://127.0.0.1:8000/ws", "/run/ink.sock"
METRICS = "http://127.0.0.1:9091/metrics"
SEVEN = {"x": [100, 200, 300, 260, 220, 180], "y": [100, 98, 100, 190, 290, 380]}
POINTS = {"type": "points", "seq": 1, "stroke": 0, **SEVEN, "t": [0, 20, 40, 60, 80, 100]}
UNWRITABLE = ("/usr", "/etc", "/opt/ink", "/root")
WRITABLE = ("/var/lib/ink", "/run/ink", "/tmp", "/dev/shm")  # noqa: S108


def output(*command: str) -> str:
    """What a command prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def systemctl(*arguments: str) -> str:
    """What systemctl prints."""
    return output("systemctl", *arguments)


def show(name: str) -> str:
    """A property of the service."""
    return systemctl("show", "ink", "--property", name, "--value")


def open_session(where: str) -> ClientConnection:
    """A session over TCP or a Unix socket."""
    is_path = where.startswith("/")
    session = unix_connect(where, "ws://ink/ws") if is_path else connect(where)
    session.recv(timeout=10)
    return session


def draw(session: ClientConnection) -> None:
    """Draw a 7, and expect it to be read."""
    session.send(json.dumps({**POINTS, "end": True}))
    answer = json.loads(session.recv(timeout=10))
    assert answer["top"][0]["label"] == "7", answer


def close_code(session: ClientConnection) -> int | None:
    """The code with which the service closes a session."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            session.recv(timeout=20)
    return session.close_code


def workers() -> set[str]:
    """The process ids of the workers."""
    pid = show("MainPID")
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def main() -> None:
    """Try the service, a reload, a stop, and the socket."""
    assert show("ActiveState") == "active"
    pid = show("MainPID")
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    names = ("Uid", "CapBnd", "NoNewPrivs", "Seccomp:")
    print("the master:", *(" ".join(line.split()) for line in status if line.startswith(names)))
    for folder in (*UNWRITABLE, *WRITABLE):
        # As its mounts are, by somebody who may do anything.
        file, could = Path(f"/proc/{pid}/root{folder}/x"), False
        with contextlib.suppress(OSError):
            file.touch()
            file.unlink()
            could = True
        assert could == (folder in WRITABLE), folder
    print("read-only for it:", *UNWRITABLE, "and not:", *WRITABLE)
    session = open_session(TCP)
    draw(session)
    print("metrics:", urllib.request.urlopen(METRICS, timeout=5).status)
    before = workers()
    assert systemctl("reload", "ink") == ""
    assert close_code(session) == 1001
    deadline = time.monotonic() + 20
    while (now := workers()) & before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert (len(now), now & before) == (len(before), set())
    assert show("MainPID") == pid
    print("systemctl reload: the session is closed with 1001, other workers serve")
    session = open_session(TCP)
    draw(session)
    assert systemctl("stop", "ink") == ""
    result = (close_code(session), show("Result"), show("ExecMainStatus"))
    assert result == (1001, "success", "0"), result
    print("systemctl stop: the session is closed with 1001, the service ends with 0")
    assert not list(Path("/dev/shm").iterdir())  # noqa: S108
    socket_unit = Path(__file__).with_name("ink.socket").read_text()
    Path("/etc/systemd/system/ink.socket").write_text(socket_unit)
    systemctl("daemon-reload")
    assert systemctl("start", "ink.socket") == ""
    draw(open_session(UNIX))
    assert show("ActiveState") == "active"
    print("ink.socket: whoever connects starts the service; a drawing over it is read")
    print("metrics:", urllib.request.urlopen(METRICS, timeout=5).status)


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w") as result, contextlib.redirect_stdout(result):
        try:
            main()
            print("ok")
        except Exception:
            traceback.print_exc(file=result)
            print(output("journalctl", "--unit", "ink", "--output", "cat", "--no-pager"))
    systemctl("poweroff")
