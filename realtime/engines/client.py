"""The client of a model that an engine serves: logits for rasters, and whether it is the model.

Requests under way have a connection each, which is kept for the next one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import NamedTuple

import gevent
import numpy as np
from gevent.ssl import SSLContext

from realtime.engines.http_connection import HttpConnection, Reply
from realtime.engines.open_inference import (
    JSON_LENGTH,
    Floats,
    check_model,
    inference_path,
    inference_request,
    logits_of,
    model_path,
    server_path,
    takes_binary,
)
from realtime.errors import (
    EngineConnectionError,
    EngineError,
    EngineMismatchError,
    EngineTimeoutError,
)
from realtime.recognition.characters.probe import SAME_LOGITS, probe_raster
from realtime.setting_formats import EngineURL

_SHOWN = 120


class Identity(NamedTuple):
    """By what a model is known.

    Attributes:
        output_size: how many logits a raster has, of both heads together.
        probe: its logits for `probe_raster()`, float32 (`output_size`,).
    """

    output_size: int
    probe: Floats


class EngineClient:
    """A client of one model; one for each worker, made after the fork.

    Args:
        url: of the model.
        context: of TLS, where the URL asks for it.
        identity: of the model that it has to be.
        deadline_s: for all exchanges of a call, a connection that has to be made included.
    """

    def __init__(
        self, url: EngineURL, context: SSLContext | None, identity: Identity, deadline_s: float
    ) -> None:
        self._address = address = url.address
        self._context = context
        self._identity = identity
        self._deadline_s = deadline_s
        self._idle: list[HttpConnection] = []
        self._is_binary = False
        self._probe = probe_raster()[None]
        self._inference_path = inference_path(address.prefix, address.model)

    def identify(self) -> None:
        """Learn what the engine understands, and check that it serves the model.

        Raises:
            EngineMismatchError: it serves another one, or is no engine.
            EngineError: it did not answer, or not as it should.
        """
        prefix, model = self._address.prefix, self._address.model
        with self._deadline(), self._connection(is_checked=False) as connection:
            server = _body(connection, "GET", server_path(prefix))
            self._is_binary = takes_binary(server)
            facts = _body(connection, "GET", model_path(prefix, model))
            check_model(facts, model, self._identity.output_size)
            self._check_probe(connection)

    def logits(self, rasters: Floats) -> Floats:
        """The logits of rasters, float32 of shape (n, 28, 28, 3), in one request.

        Returns:
            float32 of shape (n, `output_size`).

        Raises:
            EngineError: there is no answer that is of use, or none in time.
        """
        with self._deadline():
            was_used = False
            try:
                with self._connection() as connection:
                    was_used = connection.was_used
                    return self._infer(connection, rasters)
            except EngineConnectionError:
                if not was_used:
                    raise
            # Engines close connections that were idle, some just when a request is on its way.
            self.close()
            with self._connection() as connection:
                return self._infer(connection, rasters)

    def close(self) -> None:
        """Close the connections that no request is on."""
        while self._idle:
            self._idle.pop().close()

    def _infer(self, connection: HttpConnection, rasters: Floats) -> Floats:
        request = inference_request(rasters, is_binary=self._is_binary)
        reply = connection.ask("POST", self._inference_path, *request)
        if reply.status != HTTPStatus.OK:
            raise _refusal("POST", self._inference_path, reply)
        shape = len(rasters), self._identity.output_size
        return logits_of(reply.headers.get(JSON_LENGTH.lower()), reply.body, shape)

    def _check_probe(self, connection: HttpConnection) -> None:
        """Check that the model which answers on a connection is the one that it has to be.

        Raises:
            EngineMismatchError: it is another one.
            EngineError: see `logits`.
        """
        [logits] = self._infer(connection, self._probe)
        apart = np.abs(logits - self._identity.probe).max()
        if apart > SAME_LOGITS:
            raise EngineMismatchError(
                f"serves another network as {self._address.model!r}: for the probe its logits are "
                f"{apart:.2f} apart from those expected, {SAME_LOGITS} at most are the same"
            )

    @contextmanager
    def _connection(self, *, is_checked: bool = True) -> Iterator[HttpConnection]:
        """A connection for one exchange or several, which is kept for others if all went well.

        Who restarts an engine may start it with another model: what answers on a new connection is
        asked for the probe first.
        """
        # The one that was used last: what is left over after a crowd is closed by the engine.
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                break
        else:
            connection = HttpConnection(self._address, self._context)
        try:
            if is_checked and not connection.was_used:
                self._check_probe(connection)
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        timeout = gevent.Timeout(self._deadline_s)
        with timeout:
            try:
                yield
            except gevent.Timeout as expired:
                if expired is not timeout:
                    raise
                reason = f"did not answer in {self._deadline_s:g} s"
                raise EngineTimeoutError(reason) from None


def _body(connection: HttpConnection, method: str, path: str) -> bytes:
    reply = connection.ask(method, path)
    if reply.status != HTTPStatus.OK:
        raise _refusal(method, path, reply)
    return reply.body


def _refusal(method: str, path: str, reply: Reply) -> EngineError:
    shown = " ".join(reply.body[:_SHOWN].decode(errors="replace").split())
    return EngineError(f"answers {method} {path} with status {reply.status}: {shown}")
