"""Tests of the client before servers that say what ours does not, or nothing."""

import asyncio
from collections.abc import Iterator

import pytest

from realtime.client import reconnecting
from realtime.client.asyncio import AsyncClient
from realtime.client.errors import ClientClosedError, ConnectionLostError
from realtime.client.news import Lost, News
from realtime.protocol.client_messages import InkStroke
from realtime.protocol.server_messages import Prediction
from tests.support.drawing import SEVEN
from tests.support.server import Server
from tests.support.tampering_relay import Tamper, tampering_relay


def draw_through(server: Server, tamper: Tamper) -> tuple[Prediction, list[Lost]]:
    """The answer to a 7, and the connections that were lost."""
    losses: list[Lost] = []

    def note(news: News) -> None:
        if isinstance(news, Lost):
            losses.append(news)

    async def draw() -> Prediction:
        async with (
            tampering_relay(server.ws, tamper) as url,
            AsyncClient(url, on_connection=note) as client,
        ):
            return await client.draw(SEVEN[0])

    return asyncio.run(draw()), losses


def test_messages_of_a_later_version_are_passed_over(server: Server) -> None:
    def tamper(_: int, text: str) -> Iterator[str]:
        yield '{"type": "weather", "is": "fine"}'
        yield text[:-1] + ', "mood": "good"}'

    answer, losses = draw_through(server, tamper)
    assert answer.top[0].label == "7"
    assert not losses


@pytest.mark.parametrize("nonsense", ["{", "[]", '{"type": "prediction", "seq": "x"}', "é"])
def test_what_says_nonsense_is_left_for_another_connection(server: Server, nonsense: str) -> None:
    def tamper(number: int, text: str) -> Iterator[str]:
        # The answer to the ink that each connection begins with is the first one.
        is_answer = '"strokes":1' in text
        yield nonsense if number == 0 and is_answer else text

    answer, losses = draw_through(server, tamper)
    assert (answer.top[0].label, answer.strokes) == ("7", 1)
    [lost] = losses
    assert isinstance(lost.error, ConnectionLostError)
    assert "no message" in lost.error.reason


def test_a_connection_that_owes_an_answer_for_too_long_is_made_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconnecting, "STALLED_S", 0.3)

    def tamper(number: int, text: str) -> Iterator[str]:
        if number > 0 or '"strokes":1' not in text:
            yield text

    answer, losses = draw_through(server, tamper)
    assert (answer.top[0].label, answer.strokes) == ("7", 1)
    [lost] = losses
    assert isinstance(lost.error, ConnectionLostError)
    assert "no answer came within 0.3 s" in lost.error.reason


def test_a_server_that_counts_other_strokes_is_sent_the_ink_once_more(server: Server) -> None:
    told: list[str] = []

    def tamper(_: int, text: str) -> Iterator[str]:
        told.append(text)
        # Whoever was before it has lost a stroke of ours.
        is_first = sum('"strokes":1' in one for one in told) == 1
        yield text.replace('"strokes":1', '"strokes":0') if is_first else text

    answer, losses = draw_through(server, tamper)
    assert (answer.top[0].label, answer.strokes) == ("7", 1)
    assert sum('"strokes":1' in one for one in told) == 2
    assert not losses


def test_news_that_nobody_can_take_end_the_client(server: Server) -> None:
    async def draw() -> None:
        async with AsyncClient(server.ws, on_connection=lambda _: 1 / 0):
            pass

    with pytest.raises(ClientClosedError, match="ZeroDivisionError") as caught:
        asyncio.run(draw())
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_what_cannot_be_sent_is_told(server: Server) -> None:
    async def draw() -> None:
        async with AsyncClient(server.ws) as client:
            with pytest.raises(TypeError):
                await client.read([InkStroke([object()], [0], [0])])  # type: ignore[list-item]
            assert not client.strokes
            await client.draw(SEVEN[0])
            await client.teach(object())  # type: ignore[arg-type]

    with pytest.raises(ClientClosedError, match="TypeError"):
        asyncio.run(draw())
