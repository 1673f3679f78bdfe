"""What no client should send, drawn by Hypothesis: messages, frames that are none, handshakes, pictures in forms."""

import copy
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hypothesis import strategies as st

from realtime.config import Config
from tests.support.drawing import EDGE_CASES, HANDSHAKE_REQUEST, ONE, SEVEN, Json, Point, client_frame, point_columns
from tests.support.pictures import PICTURES

# Stands for the message's place in its conversation, which is not known while it is drawn.
SEQ_PLACEHOLDER = "<seq>"
_HOLE, _REMOVED, _RENAMED, _REPEATED = "<hole>", "removed", "renamed", "repeated"


def _words(text: str) -> list[str]:
    return re.split(r"\s{2,}", text.strip())


# What to put in the place of what belongs there, as JSON.
UNEXPECTED_VALUES = [
    *(_REMOVED, _RENAMED, _REPEATED, "9" * 400, "-" + "9" * 5_000, "0." + "3" * 999),
    *_words(r"""
    null  true  false  ""  "7"  "<= 1.2.3"  " - at `$.x[0]`"  "\u0000"  "💥"  {}  {"x":[1]}  -1  -0  0.5  1.0  1e2  5e-324  1e-400  1e308
    1e999  -1e999  100000  -100000  100000.01  -100001  2147483648  9007199254740990  9007199254740991  9007199254740992
    -9223372036854775808  18446744073709551616  []  [[]]  [null]  ["1"]  [1,2]  [-1]  [1e999]  [[1]]  ["7","7"]  ["7","x"]  [0,0,0,0,0,0]
    """),
    *(
        text
        for depth in (10, 300)
        for text in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth)
    ),
]
# The same as what is no JSON. A lone surrogate becomes the byte of its last two digits, which is no UTF-8.
MALFORMED_VALUES = [
    *_words(
        r"""NaN  Infinity  -Infinity  01  +1  1.  tru  '7'  undefined  [1,]  {"a":1,}  /**/1  {  ]  "\ud800"  "\x"  """
    ),
    *("", "[" * 100_000, '"\udcff"', '"\udce2\udc82"', '"\udced\udca0\udc80"', '"\udcc0\udcaf"'),
    # It is, but too deep; near a thousand it would depend on who calls whether Python finds that.
    *("[" * 100_000 + "]" * 100_000, '{"":' * 100_000 + "1" + "}" * 100_000),
]


def _points_template(
    drawn: Sequence[Point], stroke: object = SEQ_PLACEHOLDER, *, end: bool = True, **more: object
) -> Json:
    return _template("points", stroke=stroke, **point_columns(drawn), end=end, **more)


def _ink_template(strokes: Sequence[Sequence[Point]]) -> Json:
    return _template("ink", strokes=[point_columns(stroke) for stroke in strokes])


def _template(kind: str, **fields: object) -> Json:
    return {"type": kind, "seq": SEQ_PLACEHOLDER, **fields}


_LONG = EDGE_CASES["10,000 points"][0]
_SHAPES = [SEVEN, ONE, *(shape for name, shape in EDGE_CASES.items() if name != "10,000 points")]
_CONFIGS: list[Json] = [
    {"type": "config"},
    {
        "type": "config",
        "v": 1,
        "canvas": {"width": 640, "height": 480.5},
        "top": 10,
        "image": True,
        "labels": ["1", "7", "3"],
    },
    {"type": "config", "interim": False, "top": 1000},
    {"type": "config", "labels": ["7", "1", "7"]},
]
VALID_MESSAGES: list[Json] = [
    *(_points_template(stroke) for shape in _SHAPES for stroke in shape),
    *(
        _points_template(shape[0], number, end=end)
        for shape in _SHAPES
        for number in (0, 1)
        for end in (True, False)
    ),
    *(_points_template(ONE[0], p=[0, 0.5, 0.75, 1]), _points_template([], 0)),
    *(_template("erase", stroke=number) for number in (SEQ_PLACEHOLDER, 0, 1)),
    *map(_template, ("undo", "undo", "redo", "clear")),
    *map(_ink_template, [*_SHAPES, [], SEVEN + ONE]),
    *_CONFIGS,
]
# What one message alone does not show.
MESSAGE_SEQUENCES: dict[str, list[Json]] = {
    "10,000 points in one stroke": [_points_template(_LONG)],
    "10,001 points in one message": [_points_template([*_LONG, (0, 0)])],
    "20,001 points in a session": [
        _ink_template([_LONG]),
        _points_template(_LONG, 1),
        _points_template([(0, 0)], 2),
        _template("clear"),
    ],
    "20,001 points in one ink": [_ink_template([_LONG, _LONG, [(0, 0)]])],
    "501 strokes": [
        _ink_template([[(i, i)] for i in range(500)]),
        _points_template(ONE[0]),
        _ink_template([[(i, i)] for i in range(501)]),
        _ink_template(SEVEN),
    ],
    "a second stroke while one is open": [
        _template("clear"),
        _points_template(ONE[0], 5, end=False),
        _points_template(SEVEN[0], 6),
        _points_template([], 5),
    ],
    "a stroke that is there": [_ink_template(SEVEN), _points_template(ONE[0], 0)],
    "a stroke without a point": [_template("clear"), _points_template([])],
    "an erased stroke": [
        _ink_template(SEVEN),
        _template("erase", stroke=0),
        _template("erase", stroke=0),
        _template("undo"),
    ],
    "an open stroke abandoned": [
        _ink_template(SEVEN),
        _points_template(ONE[0], 1, end=False),
        _template("erase", stroke=1),
        _points_template([], 1),
    ],
    "a seq that does not grow": [
        _template("clear"),
        {**_template("undo"), "seq": 1},
        {**_points_template(ONE[0]), "seq": 0},
    ],
    "config late": [_template("undo"), *_CONFIGS],
    "edits of nothing": [
        _ink_template([]),
        *map(_template, ("undo", "redo", "clear", "undo", "undo", "redo", "redo")),
    ],
}


@dataclass(frozen=True)
class FuzzInput:
    """What goes over the wire as one thing: a text message, whole or in pieces, or bytes that are none.

    `ends` is for bytes that are no text message: the error code, or without an error the close code, that ends the conversation.
    """

    payload: bytes
    ends: str | int | None = None
    cuts: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"<{self.payload[:300]!r} of {len(self.payload)} bytes, ends={self.ends}, cuts={self.cuts}>"

    def numbered(self, number: int) -> "FuzzInput":
        """The same with its place in the conversation."""
        return (
            self
            if self.ends
            else replace(
                self, payload=self.payload.replace(f'"{SEQ_PLACEHOLDER}"'.encode(), b"%d" % (10 * number))
            )
        )

    @property
    def wire(self) -> bytes:
        """The frames: pieces, some of them empty, with a ping between any two."""
        if self.ends:
            return self.payload
        places = [0, *sorted(cut % (len(self.payload) + 1) for cut in self.cuts), len(self.payload)]
        pieces = [self.payload[start:end] for start, end in pairwise(places)]
        frames = [
            client_frame(piece, opcode=0 if i else 1, final=i == len(pieces) - 1)
            for i, piece in enumerate(pieces)
        ]
        return client_frame(b"still there?", opcode=9).join(frames)


def _text(message: Json) -> bytes:
    return json.dumps(message).encode()


_LIMIT = Config().message_bytes
# Bytes that end a conversation, and how.
PROTOCOL_VIOLATIONS = [
    *(
        FuzzInput(client_frame(payload, opcode=2), "not_text")
        for payload in (b"", b"\0\xff", _text(_ink_template(SEVEN)))
    ),
    FuzzInput(client_frame(b"{", opcode=2, final=False), "not_text"),
    *(
        FuzzInput(bytes([0x81, 0xFF]) + length.to_bytes(8, "big"), "too_big")
        for length in (_LIMIT + 1, 2**32, 2**63, 2**64 - 1)
    ),
    FuzzInput(client_frame(b" " * (_LIMIT + 1)), "too_big"),
    FuzzInput(client_frame(b"[" * 300_000, final=False) + client_frame(b"[" * 300_000, opcode=0), "too_big"),
    *(
        FuzzInput(client_frame(b'{"type":"undo","seq":9,"a":"%b"}' % a), "bad_json")
        for a in (b"\xff", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\xaf")
    ),
    *(FuzzInput(client_frame(b"{}", opcode=opcode), 1002) for opcode in (0, 3, 7, 11, 15)),
    *(FuzzInput(client_frame(b"{}", opcode=1 | bit), 1002) for bit in (0x40, 0x20, 0x10)),
    *(FuzzInput(client_frame(b"", opcode=opcode, final=False), 1002) for opcode in (8, 9, 10)),
    *(FuzzInput(client_frame(b"?" * 126, opcode=opcode), 1002) for opcode in (8, 9, 10)),
    *(
        FuzzInput(client_frame(b"{", final=False) + client_frame(b"}"), 1002),
        FuzzInput(b"\x81\x02{}", 1002),
    ),  # two at once; not masked
    *(
        FuzzInput(client_frame(payload, opcode=8), 1002)
        for payload in (b"\x03", b"\0\0", b"\x03\xe7", b"\x03\xed", b"\xff\xff")
    ),
    *(FuzzInput(client_frame(b"\x03\xe8\xff\xfe", opcode=8), 1007), FuzzInput(client_frame(b"", opcode=8), 1005)),
    *(
        FuzzInput(client_frame(code.to_bytes(2, "big") + b"goodbye", opcode=8), code)
        for code in (1000, 1001, 3000, 4999)
    ),
    FuzzInput(client_frame(b"{", final=False) + client_frame(b"\x03\xe8", opcode=8), 1000),
]


def _mutable_positions(value: object) -> list[tuple[Json, str]]:
    """All places within a message where something stands. Lists are taken for dictionaries, which here they are like."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [place for key, item in inside for place in [(value, key), *_mutable_positions(item)]]  # type: ignore[misc]


def _mutate(message: Json, where: int, how: str) -> bytes:
    """A message with one thing in it changed, perhaps in what nobody asked for."""
    message = {**copy.deepcopy(message), "more": None}
    container, key = (places := _mutable_positions(message))[where % len(places)]
    if how == _REMOVED:
        del container[key]
    elif how == _RENAMED and isinstance(container, dict):
        container[f"{key}s"] = container.pop(key)
    elif how == _REPEATED and isinstance(container, list):
        container.append(container[key])
    else:
        container[key] = _HOLE
    return (
        json.dumps(message, ensure_ascii=False)
        .replace(f'"{_HOLE}"', how)
        .encode("utf-8", "surrogateescape")
    )


def _splice(data: bytes, place: int, removed: int, inserted: bytes) -> bytes:
    place %= len(data) + 1
    return data[:place] + inserted + data[place + removed :]


def batches() -> st.SearchStrategy[list[FuzzInput]]:
    """Some fifty attempts, most of them messages with one thing wrong."""
    scalars = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=8)
    )
    values = st.recursive(
        scalars,
        lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=4), one),
        max_leaves=4,
    )
    # Hypothesis takes a tenth of a millisecond for each thing that it draws; so all choices are one.
    return st.builds(
        _batch,
        st.binary(min_size=400, max_size=400),
        st.lists(values.map(json.dumps), min_size=1, max_size=3),
    )


def _batch(choices: bytes, literals: list[str]) -> list[FuzzInput]:
    # A wish counts only where it comes first.
    wishes = [FuzzInput(_text(_CONFIGS[choices[-2] % len(_CONFIGS)]))] if choices[-1] % 2 else []
    return wishes + [
        attempt
        for start in range(0, len(choices), 8)
        for attempt in _inputs_for(choices[start : start + 8], literals)
    ]


def _inputs_for(choice: bytes, literals: list[str]) -> list[FuzzInput]:
    # `kind` is below 256: two of three messages have one thing wrong, one of twenty is none or breaks the connection.
    kind, which, where, how, pieces, *cuts = choice
    message, literal = VALID_MESSAGES[which % len(VALID_MESSAGES)], literals[how % len(literals)]
    text = _text(message)
    if kind >= 253:
        return [FuzzInput(_text(told)) for told in list(MESSAGE_SEQUENCES.values())[which % len(MESSAGE_SEQUENCES)]]
    if kind >= 250:
        return [PROTOCOL_VIOLATIONS[how % len(PROTOCOL_VIOLATIONS)]]
    if kind >= 245:
        return [FuzzInput(literal.encode() if kind > 245 else choice)]
    if kind >= 241:
        text = _splice(text, 4 * where, pieces % 4, bytes(cuts[: how % 4]))
    elif kind >= 64:
        text = _mutate(
            message,
            where,
            MALFORMED_VALUES[how % len(MALFORMED_VALUES)]
            if kind >= 236
            else literal
            if kind >= 216
            else UNEXPECTED_VALUES[how % len(UNEXPECTED_VALUES)],
        )
    return [FuzzInput(text, cuts=tuple(100 * cut for cut in cuts) if pieces % 4 == 0 else ())]


# What may stand in the head of a request: as it should be, as it should not, and as no library would send it.
_HEADER_NAMES = _words("""
    Host  Upgrade  Connection  Sec-WebSocket-Version  Sec-WebSocket-Key  Sec-WebSocket-Protocol  Sec-WebSocket-Extensions  Origin  Cookie
    Authorization  X-Forwarded-For  X-Forwarded-Host  Forwarded  Content-Length  Transfer-Encoding  Expect  X-ÿ  Sec_WebSocket_Key  X Y
""")
_HEADER_VALUES = [
    *_words("""
    websocket  h2c, WebSocket  Upgrade  keep-alive, upgrade  13  8, 13  dGhlIHNhbXBsZSBub25jZQ==  ink.v1  , ,  -1  5  999999999999  chunked
    null  http://[  https://a.example:x  [  a..b  ÿé  a=b; ÿ  Bearer ÿ  permessage-deflate; client_max_window_bits=99  text/plain
    multipart/form-data  application/x-www-form-urlencoded  multipart/form-data; boundary=ÿ
    """),
    *("", "x" * 300, "x" * 9_000, "a\0b", "1\r\nX: 2"),
]
_MULTIPART = (
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n%b\r\n--B--\r\n'
)
_MULTIPARTS = [
    _MULTIPART,
    _MULTIPART[:-8],
    *(_MULTIPART.replace(b"file", other, 1) for other in (b"pile", b"\xff")),
    _MULTIPART.replace(b"filename", b"x"),
    b"%b",
]


def handshakes() -> st.SearchStrategy[bytes]:
    """Handshakes with some of their headers changed, repeated or left out."""
    first = st.sampled_from(
        ["GET /ws HTTP/1.1"] * 9
        + ["GET /ws HTTP/1.0", "POST /ws HTTP/1.1", "HEAD /ws HTTP/1.1", "GET /ws?ÿ HTTP/9"]
    )
    value = st.sampled_from(_HEADER_VALUES) | st.binary(max_size=9).map(
        lambda data: data.decode("latin-1")
    )
    changes = st.lists(st.tuples(st.sampled_from(_HEADER_NAMES), value, st.booleans()), max_size=3)
    return st.builds(_handshake, first, changes, st.sets(st.integers(0, 30), max_size=2))


def _handshake(first: str, changes: list[tuple[str, str, bool]], missing: set[int]) -> bytes:
    lines = [
        line
        for number, line in enumerate(HANDSHAKE_REQUEST.format(port=80).splitlines()[1:-1])
        if number not in missing
    ]
    for name, value, instead in changes:
        lines = [line for line in lines if not (instead and line.startswith(f"{name}:"))] + [
            f"{name}: {value}"
        ]
    return "\r\n".join([first, *lines, "", ""]).encode("latin-1")


def uploads() -> st.SearchStrategy[bytes]:
    """Requests to /predict with what is left of an image, in what is left of a form."""
    images = [
        PICTURES[name]
        for name in ("jpeg", "light on dark", "28 by 28", "16 bit", "black on transparent")
    ]
    noise = st.builds(
        bytes.__add__,
        st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]),
        st.binary(max_size=60),
    )
    damage = st.lists(
        st.tuples(st.integers(0, 20_000), st.integers(0, 40), st.binary(max_size=4)), max_size=3
    )
    form, kind = (
        st.sampled_from(_MULTIPARTS[:1] * 9 + _MULTIPARTS),
        st.sampled_from(["multipart/form-data; boundary=B"] * 40 + _HEADER_VALUES),
    )
    return st.builds(
        _upload,
        st.sampled_from(images) | noise,
        damage,
        form,
        kind,
        st.sampled_from([0, 0, 0, -1, -50, 1, 9_999_999_999]),
    )


def _upload(
    image: bytes, damage: list[tuple[int, int, bytes]], form: bytes, kind: str, missing: int
) -> bytes:
    for change in damage:
        image = _splice(image, *change)
    body = form % image
    head = f"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: {max(0, len(body) + missing)}\r\n\r\n"
    return head.encode("latin-1") + body
