"""Tests of what the commands refuse: in one line, with an exit code that says so."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from realtime.command_line.program import program
from tests.support.files import INK_FILES, RECORDINGS

INK = str(INK_FILES / "words.unp")
SESSION = str(RECORDINGS[0])


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(program, [*map(str, arguments)], env=environment)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["convert", INK, "{folder}"], "is a folder; say which format"),
        (["convert", INK, "{folder}/a.png"], "has to end with one of"),
        (["convert", "{folder}/x", "{folder}/a.unp"], "there is no such file"),
        (["convert", INK, "a.unp", "--canvas", "0x4"], "is no size such as 800x400"),
        (["convert", INK, "a.unp", "--canvas", "nanxinf"], "is no size such as 800x400"),
        (["convert", INK, "a.unp", "--to", "kept"], "is not one of"),
        (["export", INK, "{folder}/a.unp"], "is unipen, no database of samples"),
        (["export", INK, "-"], "has to end with one of"),
        (["import", INK, "{folder}/x"], "does not exist"),
        (["import", INK, INK], "is a file"),
        (["record", SESSION], "Missing argument"),
        (["replay"], "Missing argument"),
        (["replay", SESSION, "--speed", "0", "--url", "ws://a"], "x>0"),
        (["replay", SESSION, "--speed", "2"], "--speed goes with --url"),
        (["replay", SESSION, "--junit", "{folder}"], "is a directory"),
        (["recognize"], "Missing argument"),
        (["recognize", INK, "--recognize", "poem"], "is not one of"),
        (["recognize", INK, "--url", "http://127.0.0.1:1"], "refused"),
        (["bench", "--count", "0"], "1<=x<=1000"),
        (["bench", "--url", "http://127.0.0.1:1"], "refused"),
        (["sing"], "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_with_code_2(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    done = run(*(one.format(folder=tmp_path) for one in arguments))
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    assert said in " ".join(done.stderr.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["replay", "recognize", "record", "bench", "models"])
def test_a_setting_that_is_junk_is_said_in_one_line(command: str, tmp_path: Path) -> None:
    files = [] if command in ("bench", "models") else [SESSION]
    folder = [tmp_path] if command == "record" else []
    for environment, said in (
        ({"INK_IMAGE_BYTES": "many"}, "INK_IMAGE_BYTES='many' is not usable"),
        ({"INK_WEIGHTS": "/nowhere"}, "/nowhere: "),
        ({"INK_MODELS": "poem"}, "'poem' is not one of"),
    ):
        done = run(command, *files, *folder, **environment)
        assert done.exit_code == 2
        assert done.stderr.count("\n") == 1
        assert said in done.stderr


def test_limits_of_files_are_settings(tmp_path: Path) -> None:
    for command, *rest in (["convert", INK, tmp_path / "a.inkml"], ["recognize", INK]):
        done = run(str(command), *rest, INK_FILE_STROKES="2")
        assert done.exit_code == 2
        assert "more than 2 strokes (INK_FILE_STROKES)" in done.stderr
    done = run("recognize", SESSION, INK_SESSION_POINTS="2")
    assert done.exit_code == 2
    assert f"{SESSION}: " in done.stderr


def test_the_addresses_of_a_server_are_taken_as_people_write_them() -> None:
    from realtime.command_line.options import websocket_url

    for url, expected in (
        ("http://a:8000", "ws://a:8000/ws"),
        ("http://a:8000/", "ws://a:8000/ws"),
        ("https://a/ink/", "wss://a/ink/ws"),
        ("http://a/ws", "ws://a/ws"),
        ("ws://a/ws", "ws://a/ws"),
        ("wss://a/other", "wss://a/other"),
    ):
        assert websocket_url(url) == expected
