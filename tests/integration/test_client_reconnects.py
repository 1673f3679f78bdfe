"""Tests that a client connects again, and that it is then as if nothing had happened."""

import asyncio
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from realtime.client.asyncio import AsyncClient
from realtime.client.backoff import FIRST_WAIT_S
from realtime.client.errors import AnswerTimeoutError, ConnectionLostError, UnreachableError
from realtime.client.news import Lost, News, Opened
from realtime.client.sync import Client
from realtime.errors import InactivityError, ReportedError, SessionExpiredError, ShutdownError
from realtime.protocol.client_messages import Canvas, Config
from realtime.protocol.server_messages import Microseconds, Prediction
from tests.support.drawing import HOOK, HOOK_AGAIN, SEVEN
from tests.support.line_ink import written_points
from tests.support.processes import server_processes
from tests.support.server import Server, free_port, serve

LINE = Config(recognize="line", canvas=Canvas(800, 300))


def settled(answer: Prediction) -> Prediction:
    """An answer without what tells of the way that it took."""
    return replace(answer, seq=0, us=Microseconds(0, 0, 0))


def kill(server: Server) -> None:
    """End all processes of a server at once."""
    for process in server_processes(server):
        process.send_signal(signal.SIGKILL)
    server.process.wait()


@contextmanager
def restarting(
    folder: Path, end: Callable[[Server], object]
) -> Iterator[tuple[Server, Callable[[], None]]]:
    """A server, and what ends it and starts another one in its place, once."""
    port = free_port()
    with ExitStack() as stack:
        first = stack.enter_context(serve(folder / "first", port=port))

        def restart() -> None:
            end(first)
            stack.enter_context(serve(folder / "second", port=port))

        yield first, restart


@pytest.mark.parametrize("end", [Server.stop, kill], ids=["told to end", "killed"])
def test_a_server_that_restarts_in_the_midst_of_a_drawing_makes_no_difference(
    tmp_path: Path, server: Server, end: Callable[[Server], object]
) -> None:
    """Strokes, a pin, half a stroke: all is there again, with the same numbers."""
    strokes = written_points("2075")
    news: list[News] = []

    def draw(url: str, interrupt: Callable[[], None]) -> list[Prediction]:
        with Client(url, LINE, answer_timeout_s=30, on_connection=news.append) as client:
            for stroke in strokes[:3]:
                client.draw(stroke)
            client.erase(0)
            client.correct([1], "6")
            client.extend_stroke(strokes[3][:4])
            interrupt()
            client.extend_stroke(strokes[3][4:])
            answers = [client.end_stroke(), client.draw(strokes[4])]
            return [*answers, client.undo(), client.undo(), client.undo(), client.undo()]

    expected = draw(server.ws, lambda: None)
    news.clear()
    with restarting(tmp_path, end) as (first, restart):
        answers = draw(first.ws, restart)
    assert [settled(one) for one in answers] == [settled(one) for one in expected]
    assert isinstance(answers[0].segments, list)
    assert 1 in answers[0].segments[0].strokes
    assert (expected[-1].strokes, expected[-2].strokes) == (3, 2)
    opened = [one for one in news if isinstance(one, Opened)]
    assert [one.ready.session for one in opened] == list({one.ready.session: 0 for one in opened})
    assert len(opened) == 2
    lost = news[1]
    assert isinstance(lost, Lost)
    assert isinstance(lost.error, ShutdownError if end is Server.stop else ConnectionLostError)
    assert 0 < lost.retry_s <= FIRST_WAIT_S


def test_what_was_taught_is_taught_again(tmp_path: Path) -> None:
    with restarting(tmp_path, kill) as (first, restart), Client(first.ws) as client:
        before = client.read(HOOK).top[0].label
        taught = "1" if before != "1" else "7"
        client.teach(taught)
        restart()
        answer = client.read(HOOK_AGAIN)
        assert (answer.top[0].label, answer.learnt) == (taught, True)


def test_an_answer_that_was_under_way_comes_over_the_next_connection(tmp_path: Path) -> None:
    async def draw(url: str, restart: Callable[[], None]) -> Prediction:
        async with AsyncClient(url, answer_timeout_s=30) as client:
            answers = client.answers()
            drawing = asyncio.create_task(client.draw(SEVEN[0]))
            await asyncio.sleep(0)
            # It is not sent yet: the loop waits.
            restart()
            answer = await drawing
            assert await anext(answers) == answer
            return answer

    with restarting(tmp_path, kill) as (first, restart):
        answer = asyncio.run(draw(first.ws, restart))
    assert (answer.top[0].label, answer.strokes) == ("7", 1)


def test_while_there_is_no_server_the_client_waits_ever_longer(tmp_path: Path) -> None:
    news: list[News] = []
    with serve(tmp_path / "log") as server:
        with Client(
            server.ws, on_connection=news.append, answer_timeout_s=2.0, rng=random.Random(1)
        ) as client:
            kill(server)
            with pytest.raises(AnswerTimeoutError) as caught:
                client.draw(SEVEN[0])
            assert isinstance(caught.value.__cause__, UnreachableError)
            assert len(client.strokes) == 1
        waits = [one.retry_s for one in news if isinstance(one, Lost)]
    assert len(waits) >= 3
    for attempt, wait_s in enumerate(waits):
        assert FIRST_WAIT_S * 2**attempt / 2 <= wait_s <= FIRST_WAIT_S * 2**attempt


def test_without_reconnecting_the_loss_is_raised(tmp_path: Path) -> None:
    with serve(tmp_path / "log") as server, Client(server.ws, reconnect=False) as client:
        answers = client.answers()
        client.draw(SEVEN[0])
        assert next(answers).final
        server.stop()
        with pytest.raises(ShutdownError):
            next(answers)
        with pytest.raises(ShutdownError):
            client.draw(SEVEN[0])


@pytest.mark.parametrize(
    ("setting", "kind"),
    [({"INK_IDLE_S": "0.5"}, InactivityError), ({"INK_SESSION_S": "0.5"}, SessionExpiredError)],
    ids=["idle", "expired"],
)
def test_a_session_that_the_server_ends_goes_on_with_the_next(
    tmp_path: Path, setting: dict[str, str], kind: type[ReportedError]
) -> None:
    async def draw(url: str) -> tuple[Prediction, list[News]]:
        news: list[News] = []
        lost = asyncio.Event()

        def note(one: News) -> None:
            news.append(one)
            if isinstance(one, Lost):
                lost.set()

        async with AsyncClient(url, LINE, on_connection=note) as client:
            first, second = written_points("17")[:2]
            await client.draw(first)
            await lost.wait()
            return await client.draw(second), news

    with serve(tmp_path / "log", environment=setting) as server:
        answer, news = asyncio.run(draw(server.ws))
        assert answer.strokes == 2
        losses = [one.error for one in news if isinstance(one, Lost)]
        assert type(losses[0]) is kind
        if kind is InactivityError:
            # Who does not draw does not come back.
            assert server.log.count("session_open") == 2


def test_a_server_that_asks_for_a_pause_gets_the_ink_after_it(tmp_path: Path) -> None:
    limits = {"INK_MESSAGES_PER_S": "10", "INK_MESSAGES_BURST": "10"}
    with serve(tmp_path / "log", environment=limits) as server, Client(server.ws) as client:
        for count in range(1, 16):
            assert client.draw([(count, 10), (count, 90)]).strokes == count
    assert "code=1008" not in server.log
