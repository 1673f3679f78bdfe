"""Boots a clean Debian whose systemd runs the service: `python -m tools.unit FOLDER`.

The service is installed from its wheel, as docs/deployment.md says, into a Debian that
systemd-nspawn boots without a network; `inside.py` runs there and tries the units. FOLDER keeps the
Debian for the next time.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.deployment import DEPLOY
from tests.support.files import ROOT
from tools.image.build import Root, make_base, mount_layer, run_command

PACKAGES = "systemd,systemd-sysv,python3,python3-venv,ca-certificates"
# Where the Debian has what is installed and tried, and what was found.
PLACE = "srv"
INSTALL = (
    "python3 -m venv /opt/ink && /opt/ink/bin/pip install --quiet --require-hashes "
    f"--only-binary :all: -r /{PLACE}/requirements-serve.txt && "
    f"/opt/ink/bin/pip install --quiet --no-deps /{PLACE}/realtime_handwriting-*.whl"
)
# What a machine without a network or a keyboard would wait for.
MASKED = ("systemd-networkd-wait-online.service", "console-getty.service")
CHECK = f"""[Unit]
After=ink.service
[Service]
Type=oneshot
ExecStart=/opt/ink/bin/python3 /{PLACE}/inside.py /{PLACE}/result
"""
# nspawn needs the one hierarchy of control groups that systemd of today knows.
BOOT = """mount --make-rprivate /
if ! grep -q " /sys/fs/cgroup cgroup2 " /proc/mounts; then
  umount --recursive /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
exec systemd-nspawn --quiet --register=no --keep-unit --directory="$1" --private-network --boot
"""
LONGEST_S = 120


def main() -> None:
    """Install, boot, and print what was found inside."""
    if len(sys.argv) != 2 or os.geteuid() != 0:
        sys.exit("usage, as root, in a mount namespace: python -m tools.unit FOLDER")
    if not shutil.which("systemd-nspawn"):
        sys.exit("systemd-nspawn is missing (Debian, Ubuntu: apt-get install systemd-container)")
    folder = Path(sys.argv[1]).resolve()
    root = mount_layer(make_base(folder, "systemd", PACKAGES), folder / "unit")
    install(root, folder)
    boot(root)
    result = (root.path / PLACE / "result").read_text()
    print(result)
    if not result.endswith("ok\n"):
        sys.exit("the units were not tried to the end")


def install(root: Root, folder: Path) -> None:
    """Install the wheel and the units."""
    wheels = folder / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    place, units = root.path / PLACE, root.path / "etc/systemd/system"
    inside = Path(__file__).with_name("inside.py")
    for file in (*wheels.iterdir(), ROOT / "requirements-serve.txt", inside):
        shutil.copy(file, place)
    run_command(INSTALL, root)
    shutil.copy(DEPLOY / "systemd/ink.service", units)
    shutil.copy(DEPLOY / "systemd/ink.socket", place)  # `inside.py` puts it in place
    shutil.copy(DEPLOY / "systemd/ink.env", root.path / "etc")
    (units / "check.service").write_text(CHECK)
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(exist_ok=True)
    for name in ("ink.service", "check.service"):
        (wanted / name).symlink_to(f"/etc/systemd/system/{name}")
    for name in MASKED:
        (units / name).symlink_to("/dev/null")


def boot(root: Root) -> None:
    """Boot it until it powers itself off."""
    log = root.path.parent / "log"
    with log.open("wb") as output:
        subprocess.run(
            ["unshare", "--mount", "sh", "-c", BOOT, "sh", root.path],
            env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            timeout=LONGEST_S,
            check=False,
        )
    if not (root.path / PLACE / "result").exists():
        sys.exit(f"it did not boot:\n{log.read_text(errors='replace')[-3000:]}")


if __name__ == "__main__":
    main()
