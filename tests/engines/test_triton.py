"""Real Triton servers run the networks: one is killed and started again while people draw."""

from pathlib import Path

import pytest

from tests.support.drawing import open_session
from tests.support.engines.agreement import assert_serves
from tests.support.engines.drawing_service import (
    answered_by_engine,
    drawn_on,
    engine_state,
    wait_for_more_drawings,
)
from tests.support.engines.recorded import assert_answers_as_recorded
from tests.support.engines.service import SETTINGS, wait_for_change
from tests.support.engines.triton import triton
from tests.support.line_ink import written_points
from tests.support.metrics import read_metrics
from tests.support.nginx import serve_behind_nginx
from tests.support.server import free_port, serve, wait_until

FIRST, SECOND = "127.0.0.1", "127.0.0.2"


def test_every_model_answers_as_the_local_network(exported: Path, tmp_path: Path) -> None:
    with triton(exported / "models", tmp_path, port=free_port()) as engine:
        for name in ("digits", "lines", "characters", "teacher"):
            assert_serves(engine.url(name), exported / "cards")
        assert_answers_as_recorded(engine.url("digits"), "triton-2.51.0")


def test_a_killed_server_costs_no_answer_and_is_used_again(exported: Path, tmp_path: Path) -> None:
    port = free_port()
    with (
        triton(exported / "models", tmp_path, port=port) as engine,
        drawn_on(tmp_path, INK_ENGINE=engine.url("digits")) as (server, users),
    ):
        wait_for_more_drawings(users)
        engine.kill()
        wait_until(lambda: engine_state(server)["state"] == "down", 30)
        wait_for_more_drawings(users)
        before = answered_by_engine(server)
        with triton(exported / "models", tmp_path, port=port):
            wait_until(lambda: engine_state(server)["state"] == "up", 60)
            wait_for_more_drawings(users)
            assert answered_by_engine(server) > before


def test_behind_nginx_the_other_server_answers_for_the_killed_one(
    exported: Path, tmp_path: Path
) -> None:
    models, port = exported / "models", free_port()
    locations = f"""
    location /v2 {{
        proxy_pass http://{FIRST}:{port};
        proxy_connect_timeout 1s;
        error_page 502 504 = @second;
    }}
    location @second {{ proxy_pass http://{SECOND}:{port}; }}
    """
    with (
        triton(models, tmp_path, port=port, address=FIRST) as first,
        triton(models, tmp_path, port=port, address=SECOND) as second,
        serve_behind_nginx(tmp_path, locations) as origin,
        drawn_on(tmp_path, INK_ENGINE=f"oip+{origin}/digits") as (server, users),
    ):
        wait_for_more_drawings(users)
        first.kill()
        wait_for_more_drawings(users)
        before = answered_by_engine(server)
        wait_for_more_drawings(users)
        assert engine_state(server)["state"] == "up"
        assert answered_by_engine(server) > before
        with triton(models, tmp_path, port=port, address=FIRST):
            second.kill()
            before = answered_by_engine(server)
            wait_for_more_drawings(users)
            assert answered_by_engine(server) > before
            assert engine_state(server)["state"] == "up"


def test_a_line_is_read_by_it_alone(exported: Path, tmp_path: Path) -> None:
    with triton(exported / "models", tmp_path, port=free_port()) as engine:
        settings = SETTINGS | {"INK_LINE_ENGINE": engine.url("lines")}
        with serve(tmp_path / "service.log", environment=settings) as server:
            wait_for_change(server, "up")
            with open_session(server.ws) as client:
                client.send({"type": "config", "v": 1, "recognize": "line"})
                answer = client.draw(written_points("12+47"))
            seen = read_metrics(server)
    assert answer["text"] == "12+47"
    assert seen["ink_engine_requests_total{outcome=answered}{recognizer=line}"] >= 6  # strokes
    assert seen["ink_engine_local_answers_total{recognizer=line}"] == 0


def test_the_teacher_answers_where_its_card_says_so(exported: Path, tmp_path: Path) -> None:
    card = exported / "cards" / "teacher.json"
    with triton(exported / "models", tmp_path, port=free_port()) as engine:
        settings = {"INK_ENGINE": engine.url("teacher"), "INK_ENGINE_CARD": str(card)}
        with drawn_on(tmp_path, **settings) as (server, users):
            before = answered_by_engine(server)
            wait_for_more_drawings(users)
            assert answered_by_engine(server) > before


def test_the_teacher_without_its_card_is_another_network(exported: Path, tmp_path: Path) -> None:
    with triton(exported / "models", tmp_path, port=free_port()) as engine:
        service = drawn_on(tmp_path, INK_ENGINE=engine.url("teacher"))
        with pytest.raises(RuntimeError, match="INK_ENGINE") as failed, service:
            pass
        assert "serves another network" in str(failed.value)
