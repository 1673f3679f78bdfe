"""Who may import whom: down the path of a stroke point only; nobody loads TensorFlow to serve; nothing needs the tests."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT

# The path of a stroke point, as the README tells it. Each may import what stands below it.
PATH = [
    "worker",
    "app",
    "delivery",
    "page",
    "module_preload",
    "predict",
    "keep",
    "stream",
    "access",
    "routes",
    "metrics",
    "registry",
    "turns",
    "socket",
    "writer",
    "bucket",
    "addresses",
    "recorder",
    "given",
    "kept",
    "recording",
    "session",
    "drawing",
    "recognizer",
    "rasterizer",
    "direction",
    "messages",
    "complaint",
    "config",
    "errors",
]


def imports(file: Path) -> set[str]:
    """Names of all modules that a file imports, `from x import y` as both x and x.y."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).glob("*.py"))


def test_every_module_has_its_place_on_the_path() -> None:
    assert {file.stem for file in files("realtime")} - {"__init__"} == set(PATH)


@pytest.mark.parametrize("module", PATH)
def test_imports_point_down_the_path(module: str) -> None:
    used = {name.split(".")[1] for name in imports(ROOT / "realtime" / f"{module}.py") if name.startswith("realtime.")}
    above = [other for other in used if PATH.index(other) <= PATH.index(module)]
    assert not above, f"realtime.{module} imports {above}"


@pytest.mark.parametrize("file", files("realtime"), ids=lambda file: file.name)
def test_serving_knows_no_training(file: Path) -> None:
    assert not {name for name in imports(file) if name.split(".")[0] in ("train", "tensorflow", "keras", "tests")}


@pytest.mark.parametrize("file", files("train"), ids=lambda file: file.name)
def test_training_knows_no_tests(file: Path) -> None:
    assert not {name for name in imports(file) if name.split(".")[0] == "tests"}


def test_the_running_application_has_not_loaded_tensorflow() -> None:
    code = "import realtime.app, sys; print([m for m in sys.modules if m.split('.')[0] in ('tensorflow', 'keras', 'train')])"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_page_loads_nothing_from_elsewhere() -> None:
    for file in [*(ROOT / "web").rglob("*.html"), *(ROOT / "web").rglob("*.css"), *(ROOT / "web").rglob("*.js")]:
        for line in file.read_text().splitlines():
            assert 'src="http' not in line, f"{file}: {line}"
            assert "url(http" not in line, f"{file}: {line}"
            assert 'from "http' not in line, f"{file}: {line}"
