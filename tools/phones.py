"""Compiles the phones' examples and runs them: `unshare --mount python -m tools.phones FOLDER`.

FOLDER keeps a Debian with Kotlin, OkHttp and Swift for the next time. What needs Android or UIKit
is not compiled. The rest has to send what `examples/phones/transcript.jsonl` says, and then draws
on a real service, which is stopped and started again under it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.files import ROOT
from tests.support.phone_transcript import TRANSCRIPT, only, read_transcript
from tests.support.separate_environment import Unavailable, install_once, run_or_raise
from tests.support.server import free_port, serve

# The first Debian with Swift.
RELEASE = "trixie"
PACKAGES = (
    "swiftlang,gcc,g++,libc6-dev,zlib1g-dev,"
    "kotlin,libokhttp-java,libandroid-json-java,openjdk-21-jre-headless"
)
JARS = "okhttp okio com.android.json kotlin-stdlib"
CLASS_PATH = ":".join(f"/usr/share/java/{name}.jar" for name in JARS.split())
BUILT = "build/phones"
# Inside, where the repository is mounted.
SOURCE = "/src"
COMPILE = {
    "Kotlin": f"kotlinc -cp {CLASS_PATH} -d {BUILT}/android"
    " examples/android/Messages.kt examples/android/Conversation.kt examples/android/InkSocket.kt"
    " examples/android/check/Check.kt",
    "Swift": "swift build --disable-sandbox --package-path examples/ios"
    f" --scratch-path {BUILT}/ios",
}
CHECK = {
    "Kotlin": f"java -cp {BUILT}/android:{CLASS_PATH} ink.check.CheckKt",
    "Swift": f"{BUILT}/ios/debug/check",
}
# A phone comes back within a second or two; a busy machine may take longer to start a service.
DRAWING_TIMEOUT_S = 120


def main() -> None:
    """Make the Debian, compile, compare, draw."""
    if len(sys.argv) != 2 or os.geteuid() != 0:
        sys.exit("usage, as root, in a mount namespace: python -m tools.phones FOLDER")
    folder = Path(sys.argv[1]).resolve()
    root = folder / "root"
    try:
        install_once(
            folder,
            f"{RELEASE} {PACKAGES}",
            is_usable=(root / "usr/libexec/swift/bin/swift").exists,
            install=lambda: make_root(root),
        )
    except Unavailable as unavailable:
        sys.exit(str(unavailable))
    mount(root)
    (ROOT / BUILT).mkdir(parents=True, exist_ok=True)
    for language, command in COMPILE.items():
        start = time.monotonic()
        within(root, command)
        print(f"{language}: compiled in {time.monotonic() - start:.0f} s", flush=True)
        compare(language, root)
        draw(language, root, folder / "log")


def make_root(root: Path) -> None:
    """Install a Debian with the compilers.

    Raises:
        Unavailable: it failed.
    """
    shutil.rmtree(root, ignore_errors=True)
    include = f"--include={PACKAGES}"
    run_or_raise("Debian", ["mmdebstrap", "--variant=minbase", include, RELEASE, str(root)])


def mount(root: Path) -> None:
    """Give the root the repository, and the processes and devices of this machine."""
    for place, inside in ((ROOT, SOURCE), ("/proc", "/proc"), ("/dev", "/dev")):
        target = root / inside.lstrip("/")
        target.mkdir(exist_ok=True)
        subprocess.run(["mount", "--rbind", place, target], check=True)


def entering(root: Path, command: str) -> list[str]:
    """A command of the shell that runs in the repository, in the root."""
    return ["chroot", str(root), "env", "HOME=/tmp", "sh", "-c", f"cd {SOURCE} && exec {command}"]


def within(root: Path, command: str) -> str:
    """What a command prints; ends this program where it fails."""
    done = subprocess.run(entering(root, command), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command}\n{done.stdout}{done.stderr}")
    return done.stdout


def compare(language: str, root: Path) -> None:
    """Hold what an example sends and shows against the transcript."""
    file = TRANSCRIPT.relative_to(ROOT)
    printed = within(root, f"{CHECK[language]} transcript {file}")
    said = [json.loads(line) for line in printed.splitlines()]
    transcript = read_transcript()
    for kind in ("send", "show"):
        expected = only(kind, transcript)
        if only(kind, said) != expected:
            sys.exit(f"{language}: not what the transcript has as `{kind}`:\n{printed}")
        print(f"{language}: {len(expected)} × `{kind}` as in the transcript", flush=True)


def draw(language: str, root: Path, log: Path) -> None:
    """Draw on a service, start that anew, and see the drawing read again."""
    port = free_port()
    file = TRANSCRIPT.relative_to(ROOT)
    command = f"{CHECK[language]} live ws://127.0.0.1:{port}/ws {file}"
    with serve(log, port=port), drawing(root, command) as process:
        output = iter(process.stdout or [])
        before = []
        for line in output:
            if line == "drawn\n":
                break
            before.append(line)
    started = time.monotonic()
    with serve(log, port=port):
        after = list(output)
        process.wait(timeout=DRAWING_TIMEOUT_S)
    lines = [*only("show", read_transcript())]
    label = lines[-1]
    read = [re.search(r'label[:=] ?"?([^",)]*)', line) for line in (before[-1:] + after[-1:])]
    if [match and match[1] for match in read] != [label, label]:
        sys.exit(f"{language}: not read as {label}:\n{''.join(before)}drawn\n{''.join(after)}")
    print(
        f"{language}: drew on a service, {len(before) - 1} final answers; {label} again on the next"
        f" one, {time.monotonic() - started:.1f} s after it was started",
        flush=True,
    )


@contextmanager
def drawing(root: Path, command: str) -> Iterator["subprocess.Popen[str]"]:
    """An example that draws; it lives longer than the block, and is killed where that fails."""
    process = subprocess.Popen(entering(root, command), stdout=subprocess.PIPE, text=True)
    try:
        yield process
    except BaseException:
        process.kill()
        raise


if __name__ == "__main__":
    main()
