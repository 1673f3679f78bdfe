"""The assembler of messages: bytes from a peer become whole text messages. It does no I/O.

The framing is that of `websockets`' protocol; fragments are joined here.
"""

import logging
from typing import NamedTuple, NoReturn, cast

from websockets.exceptions import PayloadTooBig
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from realtime.config import setting_name
from realtime.errors import BinaryMessageError, ReportedError, SizeError
from realtime.setting_groups import ConnectionLimits

_log = logging.getLogger("realtime.socket")


class ClosingHandshake(Exception):  # noqa: N818  # no error: how a connection ends
    """The close frame that remains to be sent, and the code with which the connection is closed."""

    def __init__(self, reply: bytes, code: int) -> None:
        super().__init__(code)
        self.reply = reply
        self.code = code


class Received(NamedTuple):
    """What some bytes from a peer amount to.

    Attributes:
        messages: whole text messages, UTF-8, as the peer sent them.
        frames: number of whole frames.
        reply: what the protocol answers to them (pongs).
        ending: what ends the connection after these messages.
    """

    messages: list[bytes]
    frames: int
    reply: bytes
    ending: ReportedError | ClosingHandshake | None


class MessageAssembler:
    """Joins bytes to frames, and frames to messages of at most `message_bytes`."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limit = limits.message_bytes
        self._protocol = ServerProtocol(state=State.OPEN, max_size=self._limit, logger=_log)
        self._partial = bytearray()

    @property
    def has_partial(self) -> bool:
        """Whether fragments wait for the rest of their message."""
        return bool(self._partial)

    def receive(self, data: bytes) -> Received:
        """Take bytes from the peer."""
        protocol = self._protocol
        protocol.receive_data(data)
        # After the handshake there are no other events.
        frames = cast("list[Frame]", protocol.events_received())
        messages: list[bytes] = []
        try:
            for frame in frames:
                if frame.opcode is Opcode.TEXT and frame.fin:
                    messages.append(bytes(frame.data))
                else:
                    self._take_other(frame, messages)
            if protocol.parser_exc:
                self._fail(protocol.parser_exc)
        except (ReportedError, ClosingHandshake) as ending:
            return Received(messages, len(frames), b"", ending)
        return Received(messages, len(frames), b"".join(protocol.data_to_send()), None)

    def _take_other(self, frame: Frame, messages: list[bytes]) -> None:
        """Take any frame but a whole text message."""
        match frame.opcode:
            case Opcode.TEXT | Opcode.CONT:
                self._partial += frame.data
                if frame.fin:
                    messages.append(bytes(self._partial))
                    self._partial.clear()
            case Opcode.BINARY:
                reason = "messages are JSON text, not binary frames"
                raise BinaryMessageError(code="not_text", message=reason)
            case Opcode.CLOSE:
                reply = b"".join(self._protocol.data_to_send())
                raise ClosingHandshake(reply, _code(self._protocol.close_rcvd))

    def _fail(self, error: Exception) -> NoReturn:
        """The peer sent too much, or broke the protocol, for which the protocol has a reply."""
        if isinstance(error, PayloadTooBig):
            raise SizeError(
                code="too_big",
                message=f"a message may have {self._limit} bytes",
                limit=self._limit,
                setting=setting_name(ConnectionLimits.message_bytes),
            )
        if received := self._protocol.close_rcvd:
            # A close frame in the middle of a message is no error, for which `websockets` takes it
            # (RFC 6455, section 5.4).
            has_code = received.code != CloseCode.NO_STATUS_RCVD
            reply = Frame(Opcode.CLOSE, received.serialize() if has_code else b"")
            raise ClosingHandshake(reply.serialize(mask=False), received.code)
        reply_bytes = b"".join(self._protocol.data_to_send())
        raise ClosingHandshake(reply_bytes, _code(self._protocol.close_sent))


def _code(close: Close | None) -> int:
    return close.code if close else CloseCode.ABNORMAL_CLOSURE
