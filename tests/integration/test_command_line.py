"""Tests of the command line as people and CI run it: processes, files, and a real server."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from realtime.command_line.program import program
from tests.support.drawing import open_session
from tests.support.files import INK_FILES, RECORDINGS, ROOT
from tests.support.pictures import PICTURES, encode_image
from tests.support.row_pictures import row_picture
from tests.support.server import Server, free_port, serve

SEVEN = next(path for path in RECORDINGS if path.name.startswith("7-"))
FORMULA = INK_FILES / "expression.inkml"


def run(
    *arguments: str | Path, given: bytes = b"", module: str = "realtime", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command. It never tells a trace."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        input=given,
        capture_output=True,
        check=False,
        timeout=120,
    )
    output, errors = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in output + errors, errors
    return subprocess.CompletedProcess(done.args, done.returncode, output, errors)


def run_here(
    *arguments: str | Path, given: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """The same in this process, which has loaded what it works with."""
    done = CliRunner().invoke(program, [*map(str, arguments)], input=given, env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two pictures, a session, and ink in another format."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "seven.jpg").write_bytes(PICTURES["jpeg"])
    (folder / "row.png").write_bytes(encode_image(255 - row_picture("207")))
    return [folder / "seven.jpg", folder / "row.png", SEVEN, FORMULA]


@pytest.mark.parametrize("over_the_wire", [False, True], ids=["in process", "over the wire"])
def test_pictures_and_ink_are_read_and_what_is_neither_is_skipped(
    files: list[Path], server: Server, tmp_path: Path, over_the_wire: bool
) -> None:
    blank, cut = tmp_path / "cut.png", tmp_path / "cut.json"
    blank.write_bytes(PICTURES["jpeg"][:20])
    cut.write_bytes(SEVEN.read_bytes()[:300])
    # As text, by which it is a wrong file of ink rather than a picture.
    (tmp_path / "notes.txt").write_text("BMI is no picture")
    where = ["--url", server.http] if over_the_wire else []
    bad = [blank, cut, tmp_path, tmp_path / "missing", tmp_path / "notes.txt"]
    done = run("recognize", *bad, *files, *where)
    assert done.returncode == 1
    texts = [line.partition("  (")[0] for line in done.stdout.splitlines()]
    assert texts == [
        f"{path}: {text}" for path, text in zip(files, ("7", "207", "7", "2+75="), strict=True)
    ]
    assert done.stdout.splitlines()[-1].endswith("comes to 77")
    skipped = [line for line in done.stderr.splitlines() if line.endswith(": skipped")]
    assert len(skipped) == len(bad), done.stderr
    for path, line, word in zip(
        bad, skipped, ("no image", "cut short", "a folder", "no such file", "no image"), strict=True
    ):
        assert line.startswith(f"{path}: ")
        assert word in line


def test_a_server_and_this_process_say_the_same(files: list[Path], server: Server) -> None:
    command: list[str | Path] = ["recognize", *files, "--format", "json"]
    here = [json.loads(line) for line in run_here(*command).stdout.splitlines()]
    there = [
        json.loads(line) for line in run_here(*command, "--url", server.ws).stdout.splitlines()
    ]
    assert [one["text"] for one in here] == ["7", "207", "7", "2+75="]
    assert here == there
    assert (here[3]["label"], here[3]["drawing"], here[0]["drawing"]) == ("2 + 75 =", 1, 0)


def test_standard_input_is_a_file_like_any_other() -> None:
    for given, text in ((PICTURES["jpeg"], "7"), (SEVEN.read_bytes(), "7")):
        done = run("recognize", "-", "--format", "csv", given=given, INK_MODELS="digit")
        [row] = csv.DictReader(io.StringIO(done.stdout))
        assert (done.returncode, row["file"], row["text"]) == (0, "-", text)
    done = run("recognize", "-")
    assert (done.returncode, done.stderr) == (2, "-: is empty: skipped\n")


def test_the_task_is_chosen() -> None:
    done = run_here("recognize", SEVEN, "--recognize", "line", "--format", "json")
    assert json.loads(done.stdout)["task"] == "line"
    done = run_here("recognize", SEVEN, "--recognize", "math", INK_MODELS="digit")
    assert done.returncode == 2
    assert "digit" in done.stderr
    done = run_here("recognize", "-", "--recognize", "line", given=PICTURES["jpeg"])
    assert (done.returncode, done.stdout) == (2, "")
    assert "line is not one of what is read on pictures" in done.stderr


def test_imported_ink_is_compared_with_its_label_then_recorded_and_replayed(
    server: Server, tmp_path: Path
) -> None:
    imported, recorded = tmp_path / "imported", tmp_path / "recorded"
    imported.mkdir()
    recorded.mkdir()
    assert run_here("import", FORMULA, INK_FILES / "scene.excalidraw", imported).returncode == 0
    formula, unlabelled = imported / "expression.json", imported / "scene.json"
    for where in ([], ["--url", server.http]):
        done = run_here("replay", formula, *where)
        assert (done.returncode, done.stdout) == (0, "1 same, 0 differ\n"), done
        done = run_here("replay", unlabelled, *where)
        assert done.returncode == 2
        assert "neither a label nor an answer" in done.stdout
        wrong = json.loads(formula.read_text()) | {"label": "2+76="}
        (tmp_path / "wrong.json").write_text(json.dumps(wrong))
        done = run_here("replay", tmp_path / "wrong.json", *where)
        assert done.returncode == 1
        assert "last answer  2+75=   2+76= (drawn)" in done.stdout
    done = run_here("record", formula, unlabelled, recorded, "--url", server.ws)
    assert done.returncode == 0, done.stderr
    files = [recorded / "expression.json", recorded / "scene.json"]
    entries = json.loads(files[0].read_text())["messages"]
    strokes = sum("send" in entry for entry in entries) - 1
    assert sum("recv" in entry for entry in entries) == strokes
    assert run_here("replay", *files).stdout == "2 same, 0 differ\n"
    done = run_here("record", files[0], recorded)
    assert (done.returncode, "is not written over" in done.stderr) == (2, True)


def test_a_replay_writes_a_report_and_keeps_the_speed(server: Server, tmp_path: Path) -> None:
    whole = json.loads(SEVEN.read_text())
    (tmp_path / "wrong.json").write_text(json.dumps(whole | {"label": "3"}))
    report = tmp_path / "report.xml"
    paths = [SEVEN, tmp_path / "wrong.json", tmp_path]
    done = run("replay", *paths, "--url", server.http, "--speed", "4", "--junit", report)
    assert done.returncode == 1
    assert done.stdout.splitlines()[1].split() == [
        *(str(paths[1]), "last", "answer", "7", "3", "(drawn)")
    ]
    cases = etree.parse(report).findall(".//testcase")
    assert [[child.tag for child in case] for case in cases] == [[], ["failure"], ["error"]]
    drawn_s = max(entry["at"] for entry in whole["messages"] if "send" in entry) / 1000
    assert drawn_s / 4 <= float(cases[0].get("time", "0"))


def test_a_server_that_is_not_there_leaves_a_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    url = f"http://127.0.0.1:{free_port()}"
    done = run_here("replay", SEVEN, SEVEN, "--url", url, "--junit", report)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert len(etree.parse(report).findall(".//error")) == 2


@pytest.mark.parametrize(
    ("module", "arguments", "today"),
    [
        ("realtime.recordings.replay", [SEVEN], "replay"),
        ("realtime.recording", [SEVEN], "replay"),
        ("realtime.formats", ["convert", FORMULA, "{folder}/a.unp"], "convert"),
        ("realtime.formats", ["import", FORMULA, "{folder}"], "import"),
        ("realtime.formats", ["--help"], ""),
        ("realtime.samples.export", ["--help"], "export"),
        ("realtime.kept", ["--help"], "export"),
    ],
)
def test_earlier_names_work_and_say_the_new_one(
    module: str, arguments: list[str | Path], today: str, tmp_path: Path
) -> None:
    done = run(*(str(one).format(folder=tmp_path) for one in arguments), module=module)
    assert done.returncode == 0
    first, *others = done.stderr.splitlines()
    assert first.endswith(f'is now "{f"realtime-handwriting {today}".strip()}"')
    assert not [line for line in others if "is now" in line]


def test_doctor_knows_this_service_from_another_process(server: Server) -> None:
    command = ["doctor", "--format", "json"]
    done = run(*command, HOST="127.0.0.1", PORT=str(server.port), INK_PROXIES="127.0.0.1")
    found = {one["subject"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert (done.returncode, found["port"]["state"]) == (0, "fine"), done.stdout
    assert "this service listens there" in found["port"]["message"]
    assert found["networks"]["message"] == "they read digit line character text math"


@pytest.mark.parametrize(
    ("module", "state", "code"), [("ai_edge_litert", "warning", 0), ("cv2", "wrong", 1)]
)
def test_doctor_says_what_is_not_installed(
    tmp_path: Path, module: str, state: str, code: int
) -> None:
    (tmp_path / module).mkdir()
    (tmp_path / module / "__init__.py").write_text("raise ImportError('libGL.so is missing')")
    done = run(
        "doctor",
        PYTHONPATH=str(tmp_path),
        PORT=str(free_port()),
        INK_MODELS="digit",
        INK_PRECISION="fastest",  # OpenCV runs no int8.
    )
    assert done.returncode == code, done.stdout
    name = {"ai_edge_litert": "LiteRT", "cv2": "OpenCV"}[module]
    [line] = [one for one in done.stdout.splitlines() if f" {name}: " in one]
    assert line.startswith(state)
    assert "libGL.so is missing" in line
    assert "install " in done.stdout


def test_doctor_finds_a_folder_and_an_engine_of_no_use() -> None:
    """Nobody can write there, the system's administrator neither."""
    done = run("doctor", TMPDIR="/proc", PORT=str(free_port()), INK_MODELS="digit")
    assert done.returncode == 0
    # Python looks for another folder of its own.
    assert "pictures wait in /tmp" in done.stdout
    engine = "oip+http://127.0.0.1:1/digits"
    port = str(free_port())
    done = run("doctor", INK_RECORDINGS="/proc", INK_ENGINE=engine, INK_MODELS="digit", PORT=port)
    assert done.returncode == 1
    assert "INK_RECORDINGS='/proc' is not usable" in done.stdout
    assert f"warning  engine: INK_ENGINE={engine}: the local network answers" in done.stdout


def test_models_are_listed_and_answers_timed(server: Server) -> None:
    done = run_here("models", "--format", "json")
    found = {one["task"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert list(found) == ["digit", "line", "character", "text", "math"]
    bench = json.loads((ROOT / "docs" / "bench.json").read_text())
    counted = {one["ours_multiply_adds"] for one in numbers(bench)}
    assert counted == {found["digit"]["multiply_adds"] / 1e6}
    assert (ROOT / found["digit"]["card"]).is_file()
    assert all(one["pass_us"] > 0 and one["bytes"] > 10_000 for one in found.values())
    table = run_here("models").stdout.splitlines()
    assert [line.split()[0] for line in table[1:]] == list(found)
    for where, tasks in (([], ["line"]), (["--url", server.http], ["digit", "text"])):
        chosen = [word for task in tasks for word in ("--recognize", task)]
        done = run_here("bench", "--count", "2", *where, *chosen)
        assert done.returncode == 0, done.stderr
        rows = [line.split() for line in done.stdout.splitlines()[1:]]
        assert [row[0] for row in rows] == tasks
        for row in rows:
            times = [float(cell) for cell in row[2::2]]
            assert times == sorted(times)
            assert times[0] > 0


def numbers(node: object) -> list[dict[str, float]]:
    """All objects of a JSON document that say how many multiply-adds there are."""
    if isinstance(node, list):
        return [found for one in node for found in numbers(one)]
    if not isinstance(node, dict):
        return []
    here = [node] if "ours_multiply_adds" in node else []
    return here + [found for one in node.values() for found in numbers(one)]


def test_samples_on_standard_output_are_what_training_takes(
    tmp_path: Path, sample_server: Server, file: Path
) -> None:
    from tests.support.samples import request_ink, submission

    assert request_ink(sample_server, "POST", submission())[0] == 201
    copy = tmp_path / "kept.db"
    shutil.copy(file, copy)
    for suffix in ("-wal", "-shm"):
        if (journal := Path(f"{file}{suffix}")).exists():
            shutil.copy(journal, f"{copy}{suffix}")
    done = run("export", copy, "-", "--to", "ndjson", "--recognize", "digit")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["label"] for line in done.stdout.splitlines()] == ["7"]
    old = run(copy, module="realtime.samples.export")
    assert [json.loads(line)["label"] for line in old.stdout.splitlines()] == ["7"]


def test_a_server_wants_its_token(files: list[Path], tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_TOKEN="a7.of_9~") as locked:  # noqa: S106
        for path in files[0], SEVEN:
            done = run_here("recognize", path, "--url", locked.http)
            assert done.returncode == 2
            assert "INK_TOKEN in the environment or --token gives it" in done.stderr
            done = run_here("recognize", path, "--url", locked.http, "--token", "a7.of_9~")
            assert done.returncode == 0, done.stderr


def test_a_server_that_is_full_is_waited_for(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_SESSIONS="1", INK_MODELS="digit") as full:
        with open_session(full.ws):
            process = subprocess.Popen(
                [sys.executable, "-m", "realtime", "recognize", SEVEN, "--url", full.http],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            assert process.stderr
            assert re.match(r"full: .* \(waiting [0-9.]+ s\)", process.stderr.readline())
        output, _ = process.communicate(timeout=60)
    assert (process.returncode, output.partition("  (")[0]) == (0, f"{SEVEN}: 7")
