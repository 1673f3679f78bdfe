"""Builds the image without Docker and serves from it: `python -m tools.image FOLDER`.

Every step of the Dockerfile runs in a clean Debian; from the last stage the service runs as the
image's user, without any capability, as the first process of its process namespace, with the root
read-only and two small file systems in memory. FOLDER keeps the Debian for the next time.
"""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.drawing import SEVEN, open_session
from tests.support.files import ROOT
from tests.support.pictures import encode_image, seven_picture
from tests.support.server import Server, free_port, wait_until
from tests.support.uploads import predict
from tools.image.build import Root, build, make_base
from tools.image.dockerfile import Stage, exec_form, read_stages

# Docker's own size of /dev/shm, and what compose.yaml gives to /tmp.
SHARED_MEMORY, TEMPORARY = "64m", "64m"
# Of what the Dockerfile installs.
MOST_BYTES = 400 * 10**6
NOT_RUN = (
    "Docker alone runs: FROM (Debian's own Python stands in for the base image), the clock of "
    "HEALTHCHECK, EXPOSE, and the export of the layers."
)


NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child")


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def main() -> None:
    """Build, weigh, serve."""
    if len(sys.argv) != 2 or os.geteuid() != 0:
        sys.exit("usage, as root, in a mount namespace: python -m tools.image FOLDER")
    stages = read_stages(ROOT / "Dockerfile")
    folder = Path(sys.argv[1]).resolve()
    root = build(stages, folder)
    weigh(root, folder)
    serve(root, stages[-1])
    say(NOT_RUN)


def weigh(root: Root, folder: Path) -> None:
    """Print what the image holds, and fail where it is too much."""
    base = make_base(folder)
    sizes = {
        "packages, /opt/ink": size_of(root.path / "opt" / "ink"),
        "service, page and weights, /app": size_of(root.path / "app"),
    }
    site = next((root.path / "opt" / "ink" / "lib").glob("python3.*")) / "site-packages"
    largest = sorted(((size_of(one), one.name) for one in site.iterdir()), reverse=True)[:6]
    for name, size in sizes.items():
        say(f"{size / 1e6:8.1f} MB  {name}")
    say("   of the packages: " + ", ".join(f"{name} {size / 1e6:.0f}" for size, name in largest))
    installed = sum(sizes.values())
    say(f"{installed / 1e6:8.1f} MB  in all that the Dockerfile installs")
    say(f"{size_of(base) / 1e6:8.1f} MB  below it: Debian with Python, for python:3.13-slim")
    if installed > MOST_BYTES:
        sys.exit(f"that is more than {MOST_BYTES / 1e6:.0f} MB")


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder, or of a file, without the files below other mounts."""
    command = ["du", "--summarize", "--bytes", "--one-file-system", str(folder)]
    return int(subprocess.run(command, check=True, capture_output=True).stdout.split()[0])


def serve(root: Root, stage: Stage) -> None:
    """Serve from the root, try all that a user does, and end it as `docker stop` does."""
    check = exec_form(stage.setting("HEALTHCHECK"))
    number = signal.Signals[stage.setting("STOPSIGNAL")]
    with running(root, exec_form(stage.setting("CMD"))) as (server, first):
        wait_until(lambda: is_ready(server) or server.process.poll() is not None)
        assert server.process.poll() is None, server.log
        ready = get(server, "/readyz")
        assert "missing" not in json.loads(ready), ready
        say(f"ready: {ready.strip()}")
        assert "<ink-recognizer" in get(server, "/"), "the page"
        for_health = within(root, server, check)
        assert for_health.returncode == 0, for_health
        for_nobody = within(root, server, check, PORT=str(free_port()))
        assert for_nobody.returncode == 1, for_nobody
        say(f"health check: 0, and where nobody serves 1, {for_nobody.stderr.strip()}")
        for path, writable in (("/app", False), ("/", False), ("/opt/ink", False), ("/tmp", True)):  # noqa: S108
            wrote = within(root, server, ["touch", f"{path}/x"]).returncode == 0
            assert wrote == writable, path
        who = within(root, server, ["grep", "-E", "^(Uid|CapBnd|NoNewPrivs)", "/proc/1/status"])
        say("the first process: " + " ".join(who.stdout.split()))
        status, answer, _ = predict(server, encode_image(255 - seven_picture()))
        assert (status, answer["digit"]) == (200, 7), answer
        say("POST /predict reads a 7")
        with open_session(server.ws) as client:
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
            say("a drawing over the WebSocket is read as a 7")
            os.kill(first, number)
            _, code = client.until_closed()
            assert code == 1001, code
        assert server.process.wait(timeout=20) == 0, server.log
        say(f"{number.name}: the session is closed with {code}, the service ends with 0")
        assert "Traceback" not in server.log, server.log


@contextmanager
def running(root: Root, command: list[str]) -> Iterator[tuple[Server, int]]:
    """The service in a container's surroundings; its first process, by its id out here."""
    port, log_file = free_port(), root.path.parent / "log"
    inside = [
        f"mount -o remount,bind,ro {root.path}",
        f"mount -t tmpfs -o size={SHARED_MEMORY} tmpfs {root.path}/dev/shm",  # noqa: S108
        f"mount -t tmpfs -o size={TEMPORARY},mode=1777 tmpfs {root.path}/tmp",  # noqa: S108
        f"mount -t proc proc {root.path}/proc",
        " ".join(["exec", *entering(root), *command]),
    ]
    environment = {**root.environment, "HOST": "127.0.0.1", "PORT": str(port)}
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [*NAMESPACES, "sh", "-c", " && ".join(inside)],
            env=environment | {"WEB_CONCURRENCY": "2"},
            stdout=log,
            stderr=log,
        )
    try:
        yield Server(process, port, log_file), first_child(process.pid)
    finally:
        process.kill()
        process.wait()


def entering(root: Root) -> list[str]:
    """The beginning of a command that runs in the root, as its user and without capabilities."""
    uid, gid = root.user.split(":")
    privileges = f"--reuid {uid} --regid {gid} --clear-groups --no-new-privs --bounding-set=-all"
    return ["chroot", str(root.path), "setpriv", *privileges.split(), "env", "-C", root.workdir]


def within(
    root: Root, server: Server, command: list[str], **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command in the surroundings of the service, as `docker exec` does."""
    namespaces = ["nsenter", "--mount", "--pid", f"--target={first_child(server.process.pid)}"]
    return subprocess.run(
        [*namespaces, *entering(root), *command],
        env={**root.environment, "HOST": "127.0.0.1", "PORT": str(server.port), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def first_child(pid: int) -> int:
    """The process that `unshare --fork` has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    wait_until(lambda: bool(children.read_text().split()))
    return int(children.read_text().split()[0])


def is_ready(server: Server) -> bool:
    """Whether it answers that it is."""
    try:
        return bool(get(server, "/readyz"))
    except OSError:
        return False


def get(server: Server, path: str) -> str:
    """What the service answers."""
    with urllib.request.urlopen(f"{server.http}{path}", timeout=10) as response:  # noqa: S310
        text: str = response.read().decode()
    return text


if __name__ == "__main__":
    main()
