"""Files of ink and the service: what they hold is answered, and what it keeps becomes files."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from realtime.formats.drawing import fitted
from realtime.formats.reading import InkFormat, read_ink
from realtime.formats.session import session_messages
from realtime.protocol.session_file import read_recording
from realtime.samples.export import NO_DIGIT
from realtime.samples.store import WRITER_LENGTH
from realtime.samples.submission import donor_hash
from tests.support.drawing import ONE, SEVEN, open_session
from tests.support.files import INK_FILES, ROOT
from tests.support.line_ink import written_points
from tests.support.samples import request_ink, submission
from tests.support.server import Server


def run(*command: object) -> subprocess.CompletedProcess[str]:
    """Run a module of the project as a person would."""
    arguments = [sys.executable, "-m", *map(str, command)]
    return subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)


def test_an_expression_in_inkml_is_answered(server: Server) -> None:
    _, [drawing] = read_ink(INK_FILES / "expression.inkml")
    answer = {}
    with open_session(server.ws) as client:
        for _, message in session_messages(fitted(drawing, 800, 400), "line"):
            client.send(msgspec.json.encode(message).decode())
            # The configuration is not answered, and the pins of segments come after all ink.
            if b'"points"' in msgspec.json.encode(message):
                answer = client.receive()
    assert answer["text"] == (drawing.label or "").replace(" ", "") == "2+75="
    assert answer["value"] == "77"
    assert [(one["label"], tuple(one["strokes"])) for one in answer["segments"]] == [
        (one.label, one.strokes) for one in drawing.segments
    ]


def test_an_imported_file_is_a_session_that_the_server_takes(
    server: Server, tmp_path: Path
) -> None:
    source = INK_FILES / "expression.inkml"
    done = run("realtime", "import", source, tmp_path, "--task", "line")
    assert (done.returncode, done.stderr.splitlines()[0]) == (0, f"{source}: inkml, 1 drawing")
    recording = read_recording(tmp_path / "expression.json")
    assert (recording.label, recording.recognize) == ("2 + 75 =", "line")
    with open_session(server.ws) as client:
        (_, config), *rest = recording.sent
        client.send(config.decode())
        for _, message in rest:
            client.send(message.decode())
            answer = client.receive()
    # The last messages say what the segments are, and so leave no doubt.
    assert (answer["text"], answer["p"]) == ("2+75=", 1.0)


def test_kept_samples_become_files_of_every_format(
    sample_server: Server, file: Path, tmp_path: Path
) -> None:
    seven, scribble, line = (
        submission(SEVEN),
        submission(ONE, None),
        submission(written_points("207"), "207"),
    )
    config = {"at": 0, "send": {"type": "config", "recognize": "line"}}
    line["session"]["messages"].insert(0, config)
    for given in (seven, scribble, line):
        assert request_ink(sample_server, "POST", given)[0] == 201
    for name in ("mine.ndjson.gz", "mine.inkml", "mine.unp"):
        done = run("realtime", "export", file, tmp_path / name)
        assert done.returncode == 0, done.stderr
        _, drawings = read_ink(tmp_path / name)
        labels = {one.writer: one.label for one in drawings}
        no_digit = NO_DIGIT if "ndjson" in name else ""
        assert labels == {writer(seven): "7", writer(scribble): no_digit, writer(line): "207"}
        [ink] = [one.traces for one in drawings if one.label == "7"]
        assert [trace.points.tolist() for trace in ink] == [
            [list(point) for point in stroke] for stroke in SEVEN
        ]
    done = run("realtime", "export", file, tmp_path / "lines.ndjson", "--task", "line")
    assert done.returncode == 0
    [exported] = map(json.loads, (tmp_path / "lines.ndjson").read_text().splitlines())
    assert (exported["label"], exported["task"]) == ("207", "line")
    done = run("realtime", "export", file, tmp_path / "none.ndjson", "--task", "math")
    assert (done.returncode, done.stderr) == (2, f"{file}: has no samples of 'math'\n")


def writer(given: dict[str, object]) -> str:
    return donor_hash(str(given["giver"])).hex()[:WRITER_LENGTH]


@pytest.mark.parametrize("target", ["new.unp", "new.inkml"])
def test_the_command_names_what_it_skips(tmp_path: Path, target: str) -> None:
    good, bad = INK_FILES / "signature.json", tmp_path / "cut.json"
    bad.write_bytes(good.read_bytes()[:-9])
    done = run("realtime", "convert", good, bad, tmp_path, tmp_path / target)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"{good}: signature_pad, 1 drawing",
        f"{bad}: is cut short: the JSON does not end: skipped",
        f"{tmp_path}: is a folder; name the files in it: skipped",
        str(tmp_path / target),
    ]
    found, drawings = read_ink(tmp_path / target)
    assert found in (InkFormat.UNIPEN, InkFormat.INKML)
    assert drawings == read_ink(good)[1]
