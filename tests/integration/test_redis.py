"""Tests of the Redis in which workers count together: with a password, wrong, hung, and gone."""

import json
import os
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.support.drawing import SEVEN, open_session
from tests.support.pictures import PICTURES
from tests.support.redis_server import RedisServer, serve_redis
from tests.support.server import Server, free_port, serve, wait_until
from tests.support.uploads import predict

PICTURE = PICTURES["28 by 28"]
PASSWORD = "p@ss/w:rd"  # noqa: S105  # of a Redis that the tests start
IN_URL = "p%40ss%2Fw%3Ard"
LIMIT = 4


def missing(server: Server) -> list[str]:
    """What `/readyz` says is missing."""
    with urllib.request.urlopen(f"{server.http}/readyz") as response:  # noqa: S310
        found: list[str] = json.load(response).get("missing", [])
    return found


def statuses(*servers: Server, count: int = LIMIT + 2) -> list[int]:
    """Those of images that are sent to the servers in turn."""
    return [predict(servers[n % len(servers)], PICTURE)[0] for n in range(count)]


def assert_no_password(*servers: Server) -> None:
    for server in servers:
        assert "Traceback" not in server.log
        assert PASSWORD not in server.log
        assert IN_URL not in server.log


@pytest.mark.parametrize("is_unix", [False, True])
def test_services_count_together_in_a_redis_with_a_password(tmp_path: Path, is_unix: bool) -> None:
    unix = tmp_path / "redis" if is_unix else None
    with serve_redis(password=PASSWORD, unix_socket=unix) as redis:
        settings = {"INK_REDIS": redis.url_with(IN_URL), "INK_IMAGES_PER_MINUTE": str(LIMIT)}
        with (
            serve(tmp_path / "log", environment=settings) as one,
            serve(tmp_path / "log2", environment=settings) as other,
        ):
            assert sorted(statuses(one, other)) == [200] * LIMIT + [429] * 2
            assert missing(one) == missing(other) == []
            assert_no_password(one, other)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a wrong password", "invalid username-password pair or user is disabled"),
        ("no password", "the client already authenticated"),
        ("nobody listens", "Connection refused"),
        ("no such host", "redis.invalid:6379"),
    ],
)
def test_a_redis_that_cannot_be_used_is_told_at_the_start(
    tmp_path: Path, name: str, reason: str
) -> None:
    with serve_redis(password=PASSWORD) as redis:
        url = {
            "a wrong password": redis.url_with("other"),
            "no password": redis.url_with(""),
            "nobody listens": f"redis://:{IN_URL}@127.0.0.1:{free_port()}",
            "no such host": f"redis://:{IN_URL}@redis.invalid",
        }[name]
        with serve(tmp_path / "log", INK_REDIS=url, INK_IMAGES_PER_MINUTE=str(LIMIT)) as server:
            told = [line for line in server.log.splitlines() if "INK_REDIS" in line]
            assert len(told) == 1
            assert reason in told[0]
            assert "each worker counts requests for itself" in told[0]
            assert reason in missing(server)[0]
            # The limit holds all the same.
            assert statuses(server) == [200] * LIMIT + [429] * 2
            with open_session(server.ws) as client:
                assert client.draw(SEVEN)["top"][0]["label"] == "7"
            assert "other@" not in server.log
            assert_no_password(server)


def test_a_redis_that_hangs_holds_no_request(tmp_path: Path) -> None:
    with (
        serve_redis(password=PASSWORD) as redis,
        serve(
            tmp_path / "log",
            INK_REDIS=redis.url_with(IN_URL),
            INK_REDIS_S="0.2",
            # What the client of Redis waits for by itself is longer.
            INK_REQUEST_S="4",
        ) as server,
    ):
        assert statuses(server, count=1) == [200]
        os.kill(redis.pid, signal.SIGSTOP)
        assert statuses(server, count=2) == [200, 200]
        assert "Timeout" in missing(server)[0]
        assert_no_password(server)


def test_a_redis_that_comes_back_counts_again(tmp_path: Path) -> None:
    with (
        serve_redis(password=PASSWORD) as redis,
        serve(
            tmp_path / "log", INK_REDIS=redis.url_with(IN_URL), INK_IMAGES_PER_MINUTE="1000"
        ) as server,
    ):
        statuses(server, count=1)
        assert counts_in(redis) == 1
        redis.kill()
        assert statuses(server, count=3) == [200] * 3
        assert "Connection refused" in missing(server)[0]
        redis.start()
        assert missing(server) == []
        wait_until(lambda: statuses(server, count=1) == [200] and counts_in(redis) > 0)
        assert_no_password(server)


def counts_in(redis: RedisServer) -> int:
    """How many addresses it counts."""
    from redis import Redis

    with Redis(port=redis.port, password=PASSWORD) as client:
        return len(list(client.scan_iter()))
