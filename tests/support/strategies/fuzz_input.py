"""What a fuzzed client sends at once: a text message, or bytes that end the conversation."""

import json
from dataclasses import dataclass, replace
from itertools import pairwise

from realtime.setting_groups import ConnectionLimits
from tests.support.drawing import SEVEN, Json, client_frame
from tests.support.strategies.corpus import SEQ_PLACEHOLDER, ink_template


@dataclass(frozen=True)
class FuzzInput:
    """A text message, whole or in fragments, or bytes that are no text message.

    For such bytes `ends` is the error code that ends the conversation, or the close code where no
    error is sent. `cuts` are the positions at which a text is cut into fragments.
    """

    payload: bytes
    ends: str | int | None = None
    cuts: tuple[int, ...] = ()

    def __repr__(self) -> str:
        start, size = self.payload[:300], len(self.payload)
        return f"<{start!r} of {size} bytes, ends={self.ends}, cuts={self.cuts}>"

    def numbered(self, number: int) -> "FuzzInput":
        """The same input with the `seq` of this position in the conversation."""
        if self.ends:
            return self
        placeholder, seq = f'"{SEQ_PLACEHOLDER}"'.encode(), b"%d" % (10 * number)
        return replace(self, payload=self.payload.replace(placeholder, seq))

    @property
    def wire(self) -> bytes:
        """Its frames: fragments, some of them empty, with a ping between any two."""
        if self.ends:
            return self.payload
        places = [0, *sorted(cut % (len(self.payload) + 1) for cut in self.cuts), len(self.payload)]
        pieces = [self.payload[start:end] for start, end in pairwise(places)]
        frames = [
            client_frame(piece, opcode=0 if i else 1, final=i == len(pieces) - 1)
            for i, piece in enumerate(pieces)
        ]
        return client_frame(b"still there?", opcode=9).join(frames)


def text_input(message: Json) -> "FuzzInput":
    """A message as one text."""
    return FuzzInput(json.dumps(message).encode())


_LIMIT = ConnectionLimits().message_bytes
# Bytes that violate the protocol or close the connection, and how the conversation ends.
PROTOCOL_VIOLATIONS = [
    *(
        FuzzInput(client_frame(payload, opcode=2), "not_text")
        for payload in (b"", b"\0\xff", text_input(ink_template(SEVEN)).payload)
    ),
    FuzzInput(client_frame(b"{", opcode=2, final=False), "not_text"),
    *(
        FuzzInput(bytes([0x81, 0xFF]) + length.to_bytes(8, "big"), "too_big")
        for length in (_LIMIT + 1, 2**32, 2**63, 2**64 - 1)
    ),
    FuzzInput(client_frame(b" " * (_LIMIT + 1)), "too_big"),
    FuzzInput(
        client_frame(b"[" * 300_000, final=False) + client_frame(b"[" * 300_000, opcode=0),
        "too_big",
    ),
    *(
        FuzzInput(client_frame(b'{"type":"undo","seq":9,"a":"%b"}' % a), "bad_json")
        for a in (b"\xff", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\xaf")
    ),
    *(FuzzInput(client_frame(b"{}", opcode=opcode), 1002) for opcode in (0, 3, 7, 11, 15)),
    *(FuzzInput(client_frame(b"{}", opcode=1 | bit), 1002) for bit in (0x40, 0x20, 0x10)),
    *(FuzzInput(client_frame(b"", opcode=opcode, final=False), 1002) for opcode in (8, 9, 10)),
    *(FuzzInput(client_frame(b"?" * 126, opcode=opcode), 1002) for opcode in (8, 9, 10)),
    # A second message within the first, and a frame that is not masked.
    *(
        FuzzInput(client_frame(b"{", final=False) + client_frame(b"}"), 1002),
        FuzzInput(b"\x81\x02{}", 1002),
    ),
    *(
        FuzzInput(client_frame(payload, opcode=8), 1002)
        for payload in (b"\x03", b"\0\0", b"\x03\xe7", b"\x03\xed", b"\xff\xff")
    ),
    *(
        FuzzInput(client_frame(b"\x03\xe8\xff\xfe", opcode=8), 1007),
        FuzzInput(client_frame(b"", opcode=8), 1005),
    ),
    *(
        FuzzInput(client_frame(code.to_bytes(2, "big") + b"goodbye", opcode=8), code)
        for code in (1000, 1001, 3000, 4999)
    ),
    FuzzInput(client_frame(b"{", final=False) + client_frame(b"\x03\xe8", opcode=8), 1000),
]
