"""Tests of the Python client on the real service: what it draws, teaches, corrects and reads."""

import asyncio
import inspect
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from realtime.client.asyncio import AsyncClient
from realtime.client.errors import ClientClosedError
from realtime.client.sync import Client
from realtime.protocol.client_messages import Canvas, Config, Example, ExampleStroke, InkStroke
from realtime.protocol.server_messages import Prediction
from tests.support.drawing import HOOK, HOOK_AGAIN, ONE, SEVEN
from tests.support.formula_ink import HALF, points_of
from tests.support.letter_ink import written_points as letters
from tests.support.line_ink import written_points as digits
from tests.support.server import Server, wait_until

LINE = Config(recognize="line", canvas=Canvas(800, 300), top=5)


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A client that is asked for digits."""
    with Client(server.ws) as opened:
        yield opened


def label(answer: Prediction) -> str:
    return answer.top[0].label


def test_strokes_go_in_and_answers_come_out(server: Server) -> None:
    with Client(server.ws, LINE) as client:
        texts = [answer.text for answer in client.draw_each(digits("2075"))]
    assert (texts[0], texts[-1]) == ("2", "2075")

    async def draw() -> list[object]:
        async with AsyncClient(server.ws, LINE) as client:
            return [answer.text async for answer in client.draw_each(digits("2075"))]

    assert asyncio.run(draw()) == texts


def test_each_edit_has_its_answer(client: Client) -> None:
    assert label(client.draw(SEVEN[0])) == "7"
    assert client.undo().empty
    assert label(client.redo()) == "7"
    assert client.clear().empty
    assert label(client.undo()) == "7"
    assert client.draw(InkStroke([10], [10], [0], [0.5])).strokes == 2
    assert [stroke.number for stroke in client.strokes] == [0, 1]
    assert label(client.erase(1)) == "7"
    assert label(client.read(ONE)) == "1"
    assert [stroke.number for stroke in client.strokes] == [2]
    assert client.undo().empty
    assert client.latest is not None
    assert client.latest.empty


def test_a_pen_that_moves_gets_interim_answers(server: Server) -> None:
    async def draw() -> list[Prediction]:
        async with AsyncClient(server.ws) as client:
            answers = client.answers()
            for place in range(0, len(SEVEN[0]), 2):
                client.extend_stroke(SEVEN[0][place : place + 2])
                # The server answers what moves when it has nothing more urgent to do.
                assert not (await anext(answers)).final
            last = await client.end_stroke()
            assert label(last) == "7"
            return [last, await anext(answers)]

    last, told = asyncio.run(draw())
    assert last == told


def test_answers_can_be_read_in_another_thread(client: Client) -> None:
    seen: list[Prediction] = []
    answers = client.answers()
    reader = threading.Thread(target=lambda: seen.extend(answers))
    reader.start()
    final = client.draw(SEVEN[0])
    client.__exit__(None, None, None)
    reader.join()
    assert seen == [final]
    client.__enter__()


def test_threads_that_draw_on_when_the_client_is_closed_are_all_told(server: Server) -> None:
    for _ in range(10):
        told: list[ClientClosedError] = []

        def draw_on(client: Client, told: list[ClientClosedError] = told) -> None:
            try:
                while True:
                    client.undo()
            except ClientClosedError as error:
                told.append(error)

        with Client(server.ws) as client:
            threads = [threading.Thread(target=draw_on, args=(client,)) for _ in range(3)]
            for thread in threads:
                thread.start()
            next(client.answers())
        for thread in threads:
            thread.join()
        assert len(told) == len(threads)


def test_a_line_is_corrected(server: Server) -> None:
    with Client(server.ws, LINE) as client:
        answer = client.read(digits("207"))
        assert answer.text == "207"
        assert isinstance(answer.segments, list)
        zero = answer.segments[1].strokes
        corrected = client.correct(zero, "6")
        assert corrected.text == "267"
        assert isinstance(corrected.segments, list)
        assert (corrected.segments[1].pinned, corrected.segments[1].strokes) == (True, zero)
        assert client.correct(zero, None).text == "207"
        assert client.undo().text == "267"


def test_texts_and_formulas_have_all_that_the_protocol_tells(server: Server) -> None:
    with Client(server.ws, Config(recognize="text")) as client:
        answer = client.read(letters("it on"))
        assert answer.text == "it on"
        assert isinstance(answer.segments, list)
        assert [segment.at for segment in answer.segments] == [0, 1, 3, 4]
        assert all(segment.ranges for segment in answer.segments)
    with Client(server.ws, Config(recognize="math", canvas=Canvas(1000, 800))) as client:
        answer = client.read(points_of(HALF))
    assert (answer.latex, answer.value) == (r"\frac{1}{2}", "0.5")
    assert "<math" in str(answer.mathml)


def test_a_hand_is_taught_and_forgotten(client: Client) -> None:
    before = label(client.read(HOOK))
    taught = "1" if before != "1" else "7"
    assert label(client.teach(taught)) == taught
    again = client.read(HOOK_AGAIN)
    assert (label(again), again.learnt) == (taught, True)
    assert label(client.forget()) == label(client.read(HOOK_AGAIN)) != taught
    [hook] = HOOK
    example = Example(taught, [ExampleStroke([x for x, _ in hook], [y for _, y in hook])])
    client.add_examples([example])
    assert label(client.read(HOOK_AGAIN)) == taught


def test_two_clients_side_by_side_do_not_disturb_each_other(server: Server) -> None:
    async def draw() -> None:
        async with AsyncClient(server.ws) as one, AsyncClient(server.ws, LINE) as other:
            for _ in range(10):
                first, second = await asyncio.gather(one.draw(SEVEN[0]), other.read(digits("12")))
                assert (label(first), first.strokes, second.text) == ("7", 1, "12")
                assert (await one.clear()).empty

    asyncio.run(draw())
    with Client(server.ws) as one, Client(server.ws) as other:
        assert one.ready.session != other.ready.session
        assert (label(one.draw(SEVEN[0])), label(other.draw(ONE[0]))) == ("7", "1")
        assert other.clear().empty
        assert len(one.strokes) == 1


def test_who_stops_waiting_does_not_take_back_what_was_drawn(server: Server) -> None:
    async def draw() -> None:
        async with AsyncClient(server.ws) as client:
            drawing = asyncio.create_task(client.draw(SEVEN[0]))
            await asyncio.sleep(0)
            drawing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await drawing
            await client.clear()
            answer = await client.undo()
            assert (label(answer), answer.strokes) == ("7", 1)
            assert [stroke.number for stroke in client.strokes] == [0]

    asyncio.run(draw())


def test_edits_that_are_not_waited_for_are_answered_in_their_order(server: Server) -> None:
    async def draw() -> None:
        async with AsyncClient(server.ws, LINE) as client, asyncio.TaskGroup() as group:
            strokes = digits("2075")
            answers = [group.create_task(client.draw(stroke)) for stroke in strokes]
            await asyncio.gather(*answers)
            assert [one.result().strokes for one in answers] == [*range(1, len(strokes) + 1)]
            assert answers[-1].result().text == "2075"

    asyncio.run(draw())


def test_a_client_that_is_not_open_says_so(server: Server) -> None:
    client = Client(server.ws)
    with pytest.raises(ClientClosedError, match="with"):
        client.draw(SEVEN[0])
    with client:
        assert label(client.draw(SEVEN[0])) == "7"
        readers = client.answers()
        with pytest.raises(RuntimeError, match="already"):
            client.__enter__()
    with pytest.raises(ClientClosedError):
        client.undo()
    assert not list(readers)
    with client:
        assert client.undo().empty
        assert label(client.redo()) == "7"


def test_what_waits_when_the_client_is_closed_is_told(server: Server) -> None:
    async def draw() -> list[BaseException]:
        async with AsyncClient(server.ws) as client:
            tasks = [asyncio.create_task(client.draw(SEVEN[0]))]
            reader = asyncio.create_task(anext(client.answers(), None))
            await asyncio.sleep(0)
        assert await reader is None
        return [
            one
            for one in await asyncio.gather(*tasks, return_exceptions=True)
            if isinstance(one, BaseException)
        ]

    [error] = asyncio.run(draw())
    assert isinstance(error, ClientClosedError)


@pytest.mark.parametrize("error", [None, ValueError()], ids=["done", "failed"])
def test_who_leaves_says_goodbye(server: Server, error: Exception | None) -> None:
    """Also where the program fails, which is no fault of the connection."""
    with suppress(ValueError), Client(server.ws) as client:
        session = client.ready.session
        if error is not None:
            raise error
    wait_until(lambda: f"session_closed session={session}" in server.log)
    [line] = [one for one in server.log.splitlines() if f"session_closed session={session}" in one]
    assert "code=1000" in line


def test_both_clients_can_do_the_same() -> None:
    def methods(kind: type) -> dict[str, list[inspect.Parameter]]:
        return {
            name: list(inspect.signature(method).parameters.values())
            for name, method in inspect.getmembers(kind, callable)
            if not name.startswith("_") or name == "__init__"
        }

    assert methods(Client) == methods(AsyncClient)
