"""Runs the steps of a Dockerfile in clean roots, each stage in a layer over a Debian of its own.

The roots are made by mmdebstrap and mounted by overlayfs, as Docker's own are. It needs to be root,
in a mount namespace of its own: all mounts are gone when the process ends.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from docker.utils import exclude_paths

from tests.support.files import ROOT
from tools.image.dockerfile import SETTINGS, Stage, Step, assignments

# The image `python:3.13-slim` is this Debian with a Python 3.13; Debian's own stands in for it.
SUITE, PYTHON = "trixie", "python3.13"
PACKAGES = "python3,python3-venv,ca-certificates"
MIRROR = "http://deb.debian.org/debian"
# What a build may use of this machine, and the image does not keep: name servers, authorities.
LENT = ("/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt")
LENT_FOLDERS = ("/dev", "/proc")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass
class Root:
    """A root that a stage has made: `path` is the whole, `layer` what the stage has added."""

    path: Path
    layer: Path
    workdir: str = "/"
    user: str = "0:0"
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": SYSTEM_PATH})


def make_base(folder: Path, name: str = "base", packages: str = PACKAGES) -> Path:
    """A clean Debian with Python and nothing else, or with other packages; made once."""
    base = folder / f"{name}-{SUITE}"
    if not (base / "usr" / "bin" / PYTHON).exists():
        shutil.rmtree(base, ignore_errors=True)
        if not shutil.which("mmdebstrap"):
            sys.exit("mmdebstrap is missing (Debian, Ubuntu: apt-get install mmdebstrap)")
        command = ["mmdebstrap", "--variant=minbase", f"--include={packages}"]
        subprocess.run([*command, SUITE, base, MIRROR], check=True)
    return base


def build(stages: list[Stage], folder: Path) -> Root:
    """Run all stages in a folder; the last one's root."""
    base = make_base(folder)
    roots: dict[str, Root] = {}
    for stage in stages:
        print(f"FROM {stage.base} AS {stage.name}: {SUITE} with its {PYTHON} stands in for it")
        root = roots[stage.name] = mount_layer(base, folder / "stages" / stage.name)
        for step in stage.steps:
            print(f"  line {step.line}: {step.instruction} {step.value[:90]}", flush=True)
            _run(step, root, roots)
    return root


def mount_layer(base: Path, folder: Path) -> Root:
    """A root over a base, in a folder, that leaves the base as it is."""
    shutil.rmtree(folder, ignore_errors=True)
    root, layer, work = folder / "root", folder / "layer", folder / "work"
    for one in (root, layer, work):
        one.mkdir(parents=True)
    options = f"lowerdir={base},upperdir={layer},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "-o", options, "overlay", root], check=True)
    return Root(root, layer)


def _run(step: Step, root: Root, roots: dict[str, Root]) -> None:
    if step.instruction == "RUN":
        run_command(step.value, root)
    elif step.instruction == "COPY":
        _copy(step.value, root, roots)
    elif step.instruction == "ENV":
        root.environment |= assignments(step.value, root.environment)
    elif step.instruction == "WORKDIR":
        root.workdir = step.value
        (root.path / step.value.lstrip("/")).mkdir(parents=True, exist_ok=True)
    elif step.instruction == "USER":
        root.user = step.value
    elif step.instruction not in SETTINGS:
        raise NotImplementedError(f"line {step.line}: {step.instruction}")


def run_command(command: str, root: Root) -> None:
    """Run it as Docker's `RUN` does: by a shell, within the root, with the machine's network."""
    lent = [root.path / name.lstrip("/") for name in LENT]
    for target in lent:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    mounts = " && ".join(
        [
            *(f"mount --rbind {name} {root.path}{name}" for name in LENT_FOLDERS),
            *(f"mount --bind {name} {root.path}{name}" for name in LENT),
            f'exec chroot --userspec={root.user} {root.path} /bin/sh -c "cd $WORKDIR && $COMMAND"',
        ]
    )
    subprocess.run(
        ["unshare", "--mount", "sh", "-c", mounts],
        env={**root.environment, "WORKDIR": root.workdir, "COMMAND": command, "HOME": "/root"},
        check=True,
    )


def _copy(value: str, root: Root, roots: dict[str, Root]) -> None:
    *sources, target = value.split()
    origin, names = ROOT, None
    if sources[0].startswith("--from="):
        origin = roots[sources.pop(0).removeprefix("--from=")].path
    else:
        lines = (ROOT / ".dockerignore").read_text().splitlines()
        patterns = [line for line in lines if line and not line.startswith("#")]
        names = exclude_paths(str(ROOT), patterns, "Dockerfile")
    inside = os.path.normpath(os.path.join(root.workdir, target))  # noqa: PTH118  # of another root
    destination = root.path / inside.lstrip("/")
    for source in sources:
        found = origin / source.lstrip("/")
        if found.is_dir() and names is None:
            shutil.copytree(found, destination, symlinks=True, dirs_exist_ok=True)
        elif found.is_dir():
            for name in sorted(names or ()):
                if name.startswith(f"{source}/") and (ROOT / name).is_file():
                    file = destination / Path(name).relative_to(source)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / name, file)
        elif names is not None and source not in names:
            raise FileNotFoundError(f"{source} is left out by .dockerignore")
        else:
            is_folder = target.endswith("/") or destination.is_dir()
            file = destination / found.name if is_folder else destination
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(found, file)
