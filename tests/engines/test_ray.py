"""Real Ray Serve on machines in miniature: one is killed, replicas are replaced, under load."""

import json
import shutil
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.engines.agreement import assert_serves
from tests.support.engines.drawing_service import (
    answered_by_engine,
    drawn_on,
    engine_state,
    requests_to_engine,
    wait_for_more_drawings,
)
from tests.support.engines.ray_cluster import PORT, RayCluster, ray_cluster
from tests.support.engines.recorded import assert_answers_as_recorded
from tests.support.server import wait_until

# More than two replicas are meant to have under way (`target_ongoing_requests` in serve.yaml).
ASKING = 40
BLANK = {
    "name": "raster",
    "datatype": "FP32",
    "shape": [1, 28, 28, 3],
    "data": [0] * (28 * 28 * 3),
}
# Replicas of a new version have to start before those of the old one end.
CHANGE_TIMEOUT_S = 180


@pytest.fixture(scope="module")
def cluster(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayCluster]:
    """Ray on a first machine, and on one that serves."""
    with ray_cluster(exported, tmp_path_factory.mktemp("ray")) as running:
        running.deploy()
        running.wait_until_running()
        yield running


def test_every_model_answers_as_the_local_network(cluster: RayCluster, exported: Path) -> None:
    for name in ("digits", "lines", "characters", "teacher"):
        assert_serves(cluster.url(name), exported / "cards")
    assert_answers_as_recorded(cluster.url("digits"), "ray-serve-2.60.0")


def test_a_rolling_update_fails_no_request(
    cluster: RayCluster, exported: Path, tmp_path: Path
) -> None:
    newer = shutil.copytree(exported / "models", tmp_path / "models")
    # Starting replicas keeps a small machine busy, and what is late is no error.
    settings = {"INK_ENGINE": cluster.url("digits"), "INK_ENGINE_DEADLINE_S": "10"}
    with drawn_on(tmp_path, **settings) as (server, users):
        wait_for_more_drawings(users)
        old = cluster.running_replicas("digits")
        cluster.deploy(digits=newer)
        wait_until(lambda: not cluster.running_replicas("digits") & old, CHANGE_TIMEOUT_S)
        cluster.wait_until_running()
        before = answered_by_engine(server)
        wait_for_more_drawings(users)
        requests = requests_to_engine(server)
        assert requests.pop("answered") > before
        assert set(requests.values()) == {0.0}, requests
        assert engine_state(server)["state"] == "up"


def test_replicas_are_added_while_many_ask(cluster: RayCluster) -> None:
    before = cluster.running_replicas("digits")
    body = json.dumps({"inputs": [BLANK]}).encode()
    url = f"http://{cluster.address}:{PORT}/v2/models/digits/infer"
    enough = threading.Event()

    def ask() -> None:
        while not enough.is_set():
            urllib.request.urlopen(url, data=body, timeout=30).close()

    with ThreadPoolExecutor(ASKING) as pool:
        asking = [pool.submit(ask) for _ in range(ASKING)]
        try:
            wait_until(
                lambda: len(cluster.running_replicas("digits")) > len(before), CHANGE_TIMEOUT_S
            )
        finally:
            enough.set()
    for one in asking:
        one.result()


def test_the_loss_of_the_machine_that_serves_costs_no_answer(
    cluster: RayCluster, tmp_path: Path
) -> None:
    with drawn_on(tmp_path, INK_ENGINE=cluster.url("digits")) as (server, users):
        wait_for_more_drawings(users)
        lost = cluster.others.pop()
        lost.kill()
        wait_until(lambda: engine_state(server)["state"] == "down", 60)
        wait_for_more_drawings(users)
        before = answered_by_engine(server)
        # Ray places the replicas on it by itself.
        cluster.add_machine()
        # It may be up and down a few times while its replicas start on the cores that all share.
        wait_until(lambda: answered_by_engine(server) > before, CHANGE_TIMEOUT_S)
        wait_for_more_drawings(users)
