"""Runs the events: a node, nginx or Redis is lost while people draw."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.failover.page import open_measured_page
from tests.support.cluster import Cluster, running_cluster
from tests.support.crowd import Crowd, drawing_crowd
from tests.support.pictures import PICTURES
from tests.support.uploads import predict

# Done with the number of the node that the page is on.
Action = Callable[[int], None]
# Before each event: all are connected, and have drawn.
SETTLED_S = 4.0
# Drawings that were under way at an event, or begun so long after it, belong to it.
WINDOW_S = 10.0
# Images that all nodes are sent after each event, as many a node.
IMAGES = 10


@dataclass(frozen=True)
class Event:
    """What was done, and how long it took; times are those of `time.monotonic`.

    Attributes:
        name: what was done.
        at_s: when it began.
        end_s: when its window ended.
        page_wait_s: what a page waited whose pen was down at the event.
        images: how many were sent to the nodes that there are.
        images_answered: how many of these got an answer.
    """

    name: str
    at_s: float
    end_s: float
    page_wait_s: float
    images: int
    images_answered: int


def run_events(folder: Path, people: int) -> tuple[list[Event], Crowd]:
    """Run all events, one after the other; returns them, and the people with what they drew."""
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster(folder, shutdown_timeout="1s"))
        page = stack.enter_context(open_measured_page(cluster.nginx.origin))
        crowd = stack.enter_context(drawing_crowd(cluster.nginx.ws, people))
        crowd.wait_for_more()
        events = []
        for name, act, mend in _actions(cluster):
            page.wait_s(SETTLED_S)
            at_s = time.monotonic()
            page_node = cluster.node_of(page.session)
            page_wait_s = page.draw_through(lambda: act(page_node))  # noqa: B023  # called at once
            images = [
                predict(node, PICTURES["28 by 28"])[0]
                for node in cluster.answering
                for _ in range(IMAGES)
            ]
            end_s = at_s + WINDOW_S
            page.wait_s(max(0.0, end_s - time.monotonic()))
            events.append(Event(name, at_s, end_s, page_wait_s, len(images), images.count(200)))
            mend(page_node)
        return events, crowd


def _actions(cluster: Cluster) -> list[tuple[str, Action, Action]]:
    """The name of each event, what is done, and what mends it."""

    def nothing(_: int) -> None:
        pass

    def reload_and_cut(_: int) -> None:
        cluster.nginx.edit("nginx.conf", {"timeout 1s;": "timeout 10m;"})
        cluster.nginx.reload()

    def restart(number: int) -> None:
        cluster.restart(number)
        # While old workers end after a second, all connect anew, to all nodes alike.
        cluster.nginx.reload()

    return [
        ("nothing", nothing, nothing),
        ("a node killed (`kill -9`)", cluster.kill, restart),
        ("a node told to end (SIGTERM)", cluster.drain, restart),
        ("a node hung (SIGSTOP), restarted after 10 s", cluster.hang, restart),
        ("nginx reloaded, old workers ended after 1 s", reload_and_cut, nothing),
        ("nginx reloaded, as shipped", lambda _: cluster.nginx.reload(), nothing),
        ("Redis killed", lambda _: cluster.redis.kill(), nothing),
        ("Redis back", lambda _: cluster.redis.start(), nothing),
    ]
