"""Peer (b): an ASGI app for uvicorn, uvloop and `websockets` with this project's session.

It is lean on purpose: no framework, no limits on connections, no logging.
"""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from realtime import messages
from realtime.config import Config
from realtime.errors import MessageError
from realtime.messages import Model, Ready
from realtime.recognizer import Recognizer
from realtime.session import Owed, Session

_config = Config()
_recognizer = Recognizer.load(Path(_config.weights))
_card = _recognizer.card
_ready = messages.encode(
    Ready(messages.PROTOCOL_VERSION, "peer", Model(_card.id, _card.labels, _card.version), {})
).decode()

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """ASGI 3: `/ws`, and 200 for any other path."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ready"})
    elif scope["type"] == "websocket":
        await _draw(receive, send)


async def _draw(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": _ready})
    session = Session(_recognizer, _config)
    while (event := await receive())["type"] == "websocket.receive":
        received = time.perf_counter_ns()
        try:
            session.apply(messages.decode(event["text"]))
        except MessageError as error:
            await send(
                {
                    "type": "websocket.send",
                    "text": messages.encode(messages.error_frame(error)).decode(),
                }
            )
        if session.owed is not Owed.NOTHING:
            await send(
                {
                    "type": "websocket.send",
                    "text": messages.encode(session.answer(received)).decode(),
                }
            )
