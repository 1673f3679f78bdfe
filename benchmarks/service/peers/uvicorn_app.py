"""Peer (b): an ASGI app for uvicorn, uvloop and `websockets` with this project's session.

It is lean on purpose: no framework, no limits on connections, no logging.
"""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from realtime.errors import MessageError
from realtime.protocol import messages
from realtime.protocol.client_messages import PROTOCOL_VERSION
from realtime.protocol.server_messages import Model, Ready
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.sessions.session import PendingReply, Session
from realtime.setting_groups import DrawingLimits, ServerSettings

_models = ModelRegistry.load(ModelSource(Path(ServerSettings().weights)))
_model = _models.default.model
_ready = messages.encode(
    Ready(PROTOCOL_VERSION, "peer", Model(_model.id, list(_model.labels), _model.version), {})
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
    session = Session(_models.by_task, DrawingLimits())
    while (event := await receive())["type"] == "websocket.receive":
        received = time.perf_counter_ns()
        try:
            pending = session.apply(messages.decode(event["text"]))
        except MessageError as error:
            report = messages.error_message(error, is_fatal=False)
            await send({"type": "websocket.send", "text": messages.encode(report).decode()})
            continue
        if pending is not PendingReply.NONE:
            answer = session.answer(received, final=pending is PendingReply.FINAL)
            await send({"type": "websocket.send", "text": messages.encode(answer).decode()})
