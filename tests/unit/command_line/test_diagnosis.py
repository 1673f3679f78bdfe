"""Tests of what `doctor` finds in settings, folders, ports and weights."""

import json
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from realtime.command_line.checks_of_system import check_memory, free_memory
from realtime.command_line.diagnosis import examine
from realtime.command_line.finding import Finding, State
from realtime.config import Settings
from realtime.setting_groups import ImageLimits, ServerSettings
from tests.support.files import DIGIT_MODEL, WEIGHTS
from tests.support.server import free_port


@pytest.fixture
def usable() -> dict[str, str]:
    """An environment in which nothing is wrong; digits alone load in no time."""
    return {"PORT": str(free_port()), "INK_MODELS": "digit", "WEB_CONCURRENCY": "1"}


def found(environment: Mapping[str, str], state: State) -> list[Finding]:
    return [one for one in examine(environment) if one.state is state]


def the_only(environment: Mapping[str, str], state: State) -> Finding:
    """The only finding of this kind; nothing else is worse than fine."""
    worse = [one for one in examine(environment) if one.state is not State.FINE]
    [one] = worse
    assert one.state is state, one
    assert one.advice
    return one


def test_nothing_is_wrong_where_nothing_is(usable: dict[str, str]) -> None:
    findings = list(examine(usable))
    assert {one.state for one in findings} == {State.FINE}
    subjects = {one.subject for one in findings}
    assert subjects >= {"settings", "port", "temporary files", "open files", "LiteRT", "networks"}


def test_all_settings_that_are_junk_are_named_at_once(usable: dict[str, str]) -> None:
    junk = {"INK_PING_S": "soon", "INK_ORIGINS": "a.example", "INK_TOKEN": "not a token"}
    wrong = found(usable | junk, State.WRONG)
    assert {one.message.partition("=")[0] for one in wrong} == junk.keys()
    assert "not a token" not in str(wrong)


@pytest.mark.parametrize(
    ("settings", "subject", "said", "advice"),
    [
        ({"INK_SESSION": "5"}, "setting", "INK_SESSION is no setting", "INK_SESSIONS"),
        ({"INK_ORIGINS": "* https://a.example"}, "origins", "others", "https://a.example"),
        ({"INK_ORIGINS": "*"}, "origins", "every site", "INK_TOKEN"),
        ({"INK_PROXIES": "0.0.0.0/0"}, "proxies", "whoever connects", "nobody but the proxy"),
        ({"INK_PROXIES": "0.0.0.0/0 10.0.0.1"}, "proxies", "10.0.0.1", "leave out"),
        ({"HOST": "127.0.0.1"}, "proxies", "no proxy is named", "INK_PROXIES=127.0.0.1"),
        ({"INK_ADDRESS_SESSIONS": "2000"}, "limits", "more than", "lower"),
        ({"INK_PING_S": "60"}, "limits", "60 s", "25 or less"),
        ({"INK_IDLE_S": "10"}, "limits", "ends sessions", "raise INK_IDLE_S"),
        ({"INK_SESSIONS": "90000000"}, "open files", "open files", "INK_SESSIONS"),
        ({"WEB_CONCURRENCY": "4096"}, "memory", "4096 workers", "WEB_CONCURRENCY"),
        ({"INK_REDIS": "redis://127.0.0.1:1"}, "Redis", "127.0.0.1:1", "INK_REDIS"),
    ],
)
def test_what_is_probably_meant_otherwise_is_a_warning(
    usable: dict[str, str], settings: dict[str, str], subject: str, said: str, advice: str
) -> None:
    one = the_only(usable | settings, State.WARNING)
    assert one.subject == subject
    assert said in one.message
    assert advice in one.advice


@pytest.mark.parametrize(
    ("settings", "subject", "said"),
    [
        ({"HOST": "192.0.2.1"}, "address", "HOST='192.0.2.1'"),
        ({"INK_KEPT": "/nowhere/kept.db"}, "samples", "INK_KEPT"),
        ({"INK_RECORDINGS": "/nowhere"}, "recordings", "INK_RECORDINGS"),
        ({"INK_WEIGHTS": "/nowhere", "INK_MODELS": ""}, "networks", "/nowhere"),
        ({"INK_MODELS": "poem"}, "networks", "'poem'"),
        ({"INK_METRICS_BIND": "unix:/nowhere/metrics"}, "metrics", "/nowhere"),
        ({"INK_ENGINE": "oip+https://a/b", "INK_ENGINE_CA": "/nowhere"}, "engine", "INK_ENGINE_CA"),
    ],
)
def test_what_keeps_the_service_from_starting_is_wrong(
    usable: dict[str, str], settings: dict[str, str], subject: str, said: str
) -> None:
    one = the_only(usable | settings, State.WRONG)
    assert one.subject == subject
    assert said in one.message


def test_a_port_in_use_is_wrong(usable: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(usable["PORT"])))
        taken.listen()
        one = the_only(usable, State.WRONG)
    assert (one.subject, "another process" in one.message) == ("port", True)
    assert "PORT" in one.advice
    again = {**usable, "HOST": "::1", "INK_METRICS_BIND": f"[::1]:{usable['PORT']}"}
    [same] = found(again, State.WRONG)
    assert "the address of the service itself" in same.message


def test_a_database_is_not_made_by_looking(usable: dict[str, str], tmp_path: Path) -> None:
    database = tmp_path / "kept.db"
    assert not found(usable | {"INK_KEPT": str(database)}, State.WRONG)
    assert not database.exists()
    database.write_text("no database")
    one = the_only(usable | {"INK_KEPT": str(database)}, State.WRONG)
    assert "not a database" in one.advice


def test_weights_that_do_not_belong_together_are_wrong(
    usable: dict[str, str], tmp_path: Path
) -> None:
    for damage, said in ((lose_a_file, "cannot be read"), (fit_elsewhere, "none of the files")):
        folder = tmp_path / damage.__name__
        shutil.copytree(DIGIT_MODEL, folder / "digits")
        damage(folder / "digits")
        one = the_only(usable | {"INK_WEIGHTS": str(folder)}, State.WRONG)
        assert said in one.message
        assert "INK_WEIGHTS" in one.advice


def lose_a_file(folder: Path) -> None:
    (folder / "digits.int8.tflite").unlink()


def fit_elsewhere(folder: Path) -> None:
    """The rows of another training."""
    fitted = json.loads((folder / "rows.json").read_text())
    (folder / "rows.json").write_text(json.dumps(fitted | {"network": "0" * 64}))


def test_a_folder_that_reads_less_is_a_warning(usable: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "digits").symlink_to(WEIGHTS / "digits")
    less = usable | {"INK_WEIGHTS": str(tmp_path), "INK_MODELS": ""}
    one = the_only(less, State.WARNING)
    assert "reads line character text math" in one.message


def test_memory_is_asked_of_the_system() -> None:
    free = free_memory()
    assert free is not None
    assert 0 < free < 2**50
    for workers, pixels, state in ((1, 1, State.FINE), (4096, 10**9, State.WARNING)):
        server, images = ServerSettings(web_concurrency=workers), ImageLimits(image_pixels=pixels)
        [one] = check_memory(Settings(server=server, images=images))
        assert one.state is state
