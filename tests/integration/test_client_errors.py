"""Tests of what the Python client raises: each error of the real service, deadlines, refusals."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from realtime import errors
from realtime.client.asyncio import AsyncClient
from realtime.client.connection import ServerConnection, open_connection
from realtime.client.errors import (
    AnswerTimeoutError,
    ConnectTimeoutError,
    HTTPRefusalError,
    UnreachableError,
)
from realtime.client.pictures import predict
from realtime.client.sync import Client
from realtime.errors import MessageError, ReportedError
from realtime.protocol import client_messages
from realtime.protocol.client_messages import Config
from realtime.protocol.server_messages import Error
from tests.support.drawing import SEVEN
from tests.support.pictures import PICTURES
from tests.support.processes import server_processes
from tests.support.server import Server, free_port, serve

TOKEN = "Seven-7.of_9~"  # noqa: S105  # of a server that lives for seconds
LIMITS = {
    "INK_MESSAGE_BYTES": "20000",
    "INK_SESSION_POINTS": "400",
    "INK_SESSION_STROKES": "3",
    "INK_PIN_STROKES": "1",
    "INK_EXAMPLES": "1",
}


@pytest.fixture(scope="module")
def strict_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service with low limits and a token."""
    log = tmp_path_factory.mktemp("strict") / "log"
    with serve(log, environment=LIMITS, INK_TOKEN=TOKEN) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def refusal(url: str, *sent: bytes) -> ReportedError:
    """The error that messages get that no client of ours would send."""

    async def ask(connection: ServerConnection) -> ReportedError:
        await connection.greeting()
        for text in sent:
            await connection.send(text)
        while True:
            message = await connection.receive()
            if isinstance(message, Error) and not message.fatal:
                return errors.ReportedError(
                    code=message.code, message=message.message, field=message.field
                )

    async def run() -> ReportedError:
        async with open_connection(url, token=TOKEN) as connection:
            return await ask(connection)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        (b"{", errors.MalformedMessageError, "bad_json"),
        (b" " * 30_000, errors.SizeError, "too_big"),
        (b'{"type":"config","v":2}', errors.VersionError, "version"),
    ],
)
def test_what_ends_a_connection_is_raised_as_what_it_was(
    strict_server: Server, text: bytes, kind: type[ReportedError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        refusal(strict_server.ws, text)
    assert type(caught.value) is kind
    assert caught.value.code == code


def test_a_flood_is_ended(tmp_path: Path) -> None:
    with (
        serve(tmp_path / "log", INK_MESSAGES_PER_S="1", INK_MESSAGES_BURST="10") as server,
        pytest.raises(errors.FloodError) as caught,
    ):
        asyncio.run(flood(server.ws))
    assert (caught.value.code, caught.value.limit) == ("rate", 1)


async def flood(url: str) -> None:
    async with open_connection(url) as connection:
        for seq in range(100):
            await connection.send(client_messages.Clear(seq))
        while True:
            await connection.receive()


def test_refused_edits_name_field_and_limit_and_change_nothing(strict_server: Server) -> None:
    with Client(strict_server.ws, Config(recognize="line"), token=TOKEN) as client:
        for _ in range(2):
            before = client.draw(SEVEN[0])
        cases: list[tuple[Callable[[], object], str, str, int | None]] = [
            (lambda: client.correct([0], "nothing"), "bad_message", "label", None),
            (lambda: client.correct([0, 1], "7"), "limit", "strokes", 1),
            (lambda: client.draw([(0, i) for i in range(500)]), "limit", "points", 400),
            (lambda: client.draw([(1e9, 1)]), "bad_message", "x[0]", 100_000),
            (lambda: client.draw([(float("nan"), 1)]), "bad_message", "x[0]", None),
            (lambda: client.read([SEVEN[0]] * 4), "limit", "strokes", 3),
            (lambda: client.teach("7"), "bad_order", "type", None),
            (lambda: client.erase(9), "unknown_stroke", "stroke", None),
        ]
        for act, code, field, limit in cases:
            with pytest.raises(MessageError) as caught:
                act()
            error = caught.value
            assert (error.code, error.field, error.limit) == (code, field, limit), error
            assert len(client.strokes) == 2
        after = client.draw(SEVEN[0])
        assert (after.strokes, before.strokes) == (3, 2)


def test_what_cannot_be_taught_is_refused(strict_server: Server) -> None:
    with Client(strict_server.ws, token=TOKEN) as client:
        client.draw(SEVEN[0])
        client.teach("7")
        client.undo()
        client.draw(SEVEN[0][:4])
        with pytest.raises(MessageError) as caught:
            client.teach("1")
        assert (caught.value.code, caught.value.field, caught.value.limit) == (
            "limit",
            "examples",
            1,
        )


@pytest.mark.parametrize("config", [Config(recognize="music"), Config(labels=["nothing"])])
def test_a_configuration_that_cannot_be_met_is_refused_on_entering(
    server: Server, config: Config
) -> None:
    with pytest.raises(MessageError) as caught, Client(server.ws, config):
        pass
    assert caught.value.field in ("recognize", "labels")


def test_who_has_no_token_is_not_let_in(strict_server: Server) -> None:
    for token in ("", "another"):
        with pytest.raises(HTTPRefusalError) as caught, Client(strict_server.ws, token=token):
            pass
        assert (caught.value.status, caught.value.code) == (401, "unauthorized")
        with pytest.raises(HTTPRefusalError):
            predict(strict_server.http, PICTURES["jpeg"], token=token)
    assert predict(strict_server.http, PICTURES["jpeg"], token=TOKEN).text == "7"


def test_a_full_server_says_when_to_come_again(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_SESSIONS="1") as server, Client(server.ws) as first:
        with pytest.raises(errors.CapacityError) as caught, Client(server.ws):
            pass
        assert (caught.value.code, caught.value.limit, caught.value.retry_after_s) == ("full", 1, 5)
        assert first.draw(SEVEN[0]).top[0].label == "7"


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://127.0.0.1:1/ws", "ws://"),
        ("localhost:8000", "ws://"),
        ("ws://127.0.0.1:99999/ws", "ws://"),
        ("ws://nowhere.invalid/ws", "cannot be reached"),
    ],
)
def test_an_address_where_nobody_is_says_so(url: str, word: str) -> None:
    with pytest.raises(UnreachableError, match=word), Client(url):
        pass


def test_a_server_that_is_down_or_another_one_says_so(server: Server) -> None:
    with (
        pytest.raises(UnreachableError, match="refused"),
        Client(f"ws://127.0.0.1:{free_port()}/ws"),
    ):
        pass
    with pytest.raises(HTTPRefusalError) as caught, Client(f"{server.ws}/elsewhere"):
        pass
    assert caught.value.status == 404


def test_connecting_has_a_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"ws://127.0.0.1:{silent.getsockname()[1]}/ws"
        with (
            pytest.raises(ConnectTimeoutError, match=r"0\.2 s") as caught,
            Client(url, connect_timeout_s=0.2),
        ):
            pass
        assert isinstance(caught.value, TimeoutError)
        with pytest.raises(AnswerTimeoutError):
            predict(url, PICTURES["jpeg"], timeout_s=0.2)


def test_an_answer_has_a_deadline_and_comes_later_all_the_same(tmp_path: Path) -> None:
    with serve(tmp_path / "log") as server, Client(server.ws, answer_timeout_s=0.3) as client:
        answers = client.answers()
        processes = [process.pid for process in server_processes(server)]
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        with pytest.raises(AnswerTimeoutError, match=r"0\.3 s") as caught:
            client.draw(SEVEN[0])
        assert isinstance(caught.value, TimeoutError)
        for pid in processes:
            os.kill(pid, signal.SIGCONT)
        assert next(answers).top[0].label == "7"


async def _never() -> None:
    async with AsyncClient("ws://127.0.0.1:1/ws"):
        pass


def test_it_is_the_same_for_asyncio() -> None:
    with pytest.raises(UnreachableError, match="refused"):
        asyncio.run(_never())
