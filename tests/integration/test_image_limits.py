"""Tests of the limits on images: a minute, in memory, and shared by Redis."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from tests.support.pictures import PICTURES, encode_image
from tests.support.processes import private_bytes
from tests.support.redis_server import serve_redis
from tests.support.robustness_table import RobustnessTable
from tests.support.server import serve
from tests.support.uploads import predict

SMALL = PICTURES["28 by 28"]


def test_images_a_minute_are_limited(tmp_path: Path, robustness: RobustnessTable) -> None:
    with serve(tmp_path / "log", INK_IMAGES_PER_MINUTE="5") as server:
        answers = [predict(server, SMALL) for _ in range(8)]
        assert [status for status, _, _ in answers] == [200] * 5 + [429] * 3
        _, answer, headers = answers[-1]
        assert (answer["error"]["code"], answer["error"]["limit"]) == ("rate", 5)
        assert 0 < int(headers["Retry-After"]) <= 60
        assert "default-src 'none'" in headers["Content-Security-Policy"]
    robustness.add(
        "Limits",
        "`INK_IMAGES_PER_MINUTE`, counted by each worker",
        8,
        "5 answered, 3 refused with 429 and Retry-After",
    )


def test_many_large_images_at_once_do_not_fill_the_memory(
    tmp_path: Path, robustness: RobustnessTable
) -> None:
    count = 30
    picture = encode_image(np.random.default_rng(1).integers(0, 255, (2_900, 2_900), np.uint8))
    with serve(tmp_path / "log") as server, ThreadPoolExecutor(count) as senders:
        before = private_bytes(server)[1]
        answers = [
            senders.submit(predict, server, picture[:-number]) for number in range(1, count + 1)
        ]
        most = before
        while not all(answer.done() for answer in answers):
            most = max(most, private_bytes(server)[1])
            time.sleep(0.01)
        statuses = {answer.result()[0] for answer in answers}
    grown = (most - before) / 1e6
    assert statuses <= {200, 415}
    # The memory is that of two images, of the decoded one, of OpenCV, and of what is being
    # received.
    assert grown < 120 < count * len(picture) / 1e6
    happened = f"all answered; memory {grown:+.0f} MB at most"
    robustness.add(
        "Limits", f"images of {len(picture) / 1e6:.1f} MB at once on `/predict`", count, happened
    )


def test_all_workers_and_services_count_together_in_redis(
    tmp_path: Path, robustness: RobustnessTable
) -> None:
    with ExitStack() as stack:
        redis = stack.enter_context(serve_redis())
        settings = {"INK_IMAGES_PER_MINUTE": "6", "INK_REDIS": redis.url}
        one, other = (
            stack.enter_context(serve(tmp_path / f"log{n}", workers=n, environment=settings))
            for n in (2, 1)
        )
        answers = [predict(server, SMALL)[0] for server in (one, other) * 5]
        assert sorted(answers) == [200] * 6 + [429] * 4
        redis.kill()
        assert predict(one, SMALL)[0] == 200
        assert "Traceback" not in one.log
    happened = "6 answered, 4 refused; Redis killed: each counts for itself"
    robustness.add(
        "Limits",
        "`INK_IMAGES_PER_MINUTE`, counted in Redis by three workers of two services",
        11,
        happened,
    )
