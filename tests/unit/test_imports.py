"""Tests of the import order, and that serving needs neither training nor tests."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.files import ROOT

# The modules in import order. Each may import those below it.
IMPORT_ORDER = [
    "worker",
    "app",
    "delivery",
    "page",
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
    """The modules of a folder."""
    return sorted((ROOT / folder).glob("*.py"))


def test_every_module_has_a_place_in_the_order() -> None:
    assert {file.stem for file in files("realtime")} - {"__init__"} == set(IMPORT_ORDER)


@pytest.mark.parametrize("module", IMPORT_ORDER)
def test_imports_point_down_the_order(module: str) -> None:
    used = {
        name.split(".")[1]
        for name in imports(ROOT / "realtime" / f"{module}.py")
        if name.startswith("realtime.")
    }
    above = [other for other in used if IMPORT_ORDER.index(other) <= IMPORT_ORDER.index(module)]
    assert not above, f"realtime.{module} imports {above}"


@pytest.mark.parametrize("file", files("realtime"), ids=lambda file: file.name)
def test_serving_imports_no_training(file: Path) -> None:
    assert not {
        name
        for name in imports(file)
        if name.split(".")[0] in ("train", "tensorflow", "keras", "tests", "benchmarks", "tools")
    }


@pytest.mark.parametrize("file", files("train"), ids=lambda file: file.name)
def test_training_imports_no_tests(file: Path) -> None:
    assert not {
        name for name in imports(file) if name.split(".")[0] in ("tests", "benchmarks", "tools")
    }


def test_the_running_application_has_not_loaded_tensorflow() -> None:
    code = """if True:
        import realtime.app, sys
        print([m for m in sys.modules if m.split(".")[0] in ("tensorflow", "keras", "train")])
    """
    assert (
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


def test_the_page_loads_nothing_from_elsewhere() -> None:
    for file in [
        *(ROOT / "web").rglob("*.html"),
        *(ROOT / "web").rglob("*.css"),
        *(ROOT / "web").rglob("*.js"),
    ]:
        for line in file.read_text().splitlines():
            assert 'src="http' not in line, f"{file}: {line}"
            assert "url(http" not in line, f"{file}: {line}"
            assert 'from "http' not in line, f"{file}: {line}"
