"""Three nodes behind nginx lose one of them, are drained, reloaded, and lose their Redis.

`make failover` measures how long people wait; here everybody has to get the right answers.
"""

from pathlib import Path
from urllib.request import urlopen

from tests.support.cluster import PASSWORD, running_cluster
from tests.support.crowd import drawing_crowd
from tests.support.pictures import PICTURES
from tests.support.server import Server, wait_until
from tests.support.uploads import predict

PEOPLE = 15


def open_sessions(node: Server) -> int:
    return node.log.count("session_open") - node.log.count("session_closed")


def test_nobody_stays_with_a_node_that_hangs(tmp_path: Path) -> None:
    """It accepts who comes back from it, and has the fewest connections."""
    with running_cluster(tmp_path) as cluster:
        with drawing_crowd(cluster.nginx.ws, PEOPLE) as crowd:
            crowd.wait_for_more()
            assert not crowd.losses
            cluster.hang(0)
            crowd.wait_for_more()
            assert crowd.losses
            for _ in range(3):
                with urlopen(f"{cluster.nginx.origin}/js/recognizer.js") as response:  # noqa: S310
                    assert response.status == 200
            cluster.restart(0)
        assert not crowd.failures
        assert all(drawing.is_right for drawing in crowd.drawings)


def test_every_drawing_gets_its_answer(tmp_path: Path) -> None:
    with running_cluster(tmp_path, shutdown_timeout="1s") as cluster:
        with drawing_crowd(cluster.nginx.ws, PEOPLE) as crowd:
            crowd.wait_for_more()
            assert not crowd.losses
            cluster.kill(0)
            crowd.wait_for_more()
            killed = len(crowd.losses)
            cluster.restart(0)
            sessions = open_sessions(cluster.nodes[1])
            cluster.drain(1)
            crowd.wait_for_more()
            drained = len(crowd.losses)
            cluster.restart(1)
            cluster.nginx.edit("nginx.conf", {"timeout 1s;": "timeout 10m;"})
            cluster.nginx.reload()
            # Old workers of nginx end their connections when their time is over, and not before.
            wait_until(lambda: len(crowd.losses) >= drained + PEOPLE)
            crowd.wait_for_more()
            cut = len(crowd.losses)
            cluster.nginx.reload()
            crowd.wait_for_more()
            cluster.redis.kill()
            assert predict(cluster.nodes[2], PICTURES["28 by 28"])[0] == 200
            crowd.wait_for_more()
            cluster.redis.start()
            assert predict(cluster.nodes[2], PICTURES["28 by 28"])[0] == 200
            crowd.wait_for_more()
        assert not crowd.failures
        assert all(drawing.is_right for drawing in crowd.drawings)
        assert 0 < killed < drained
        # The first attempt to come back succeeds, as the node takes nobody any more.
        assert drained - killed == sessions
        assert len(crowd.losses) == cut
        assert {loss.code for loss in crowd.losses} == {1001, 1006}
        assert {code for one in crowd.people for code in one.errors} <= {"going_away"}
        for log in cluster.logs:
            assert "Traceback" not in log
            assert PASSWORD not in log
