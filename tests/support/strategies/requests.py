"""Hypothesis strategies for HTTP requests: handshakes and uploads with something wrong."""

from hypothesis import strategies as st

from tests.support.drawing import HANDSHAKE_REQUEST
from tests.support.pictures import PICTURES
from tests.support.strategies.corpus import words
from tests.support.strategies.splice import splice

# Header names and values, valid, invalid, and as no client library would send them.
_HEADER_NAMES = words("""
    Host  Upgrade  Connection  Sec-WebSocket-Version  Sec-WebSocket-Key  Sec-WebSocket-Protocol
    Sec-WebSocket-Extensions  Origin  Cookie  Authorization  X-Forwarded-For  X-Forwarded-Host
    Forwarded  Content-Length  Transfer-Encoding  Expect  X-ÿ  Sec_WebSocket_Key  X Y
""")
_HEADER_VALUES = [
    *words("""
    websocket  h2c, WebSocket  Upgrade  keep-alive, upgrade  13  8, 13  dGhlIHNhbXBsZSBub25jZQ==
    ink.v1  , ,  -1  5  999999999999  chunked  null  http://[  https://a.example:x  [  a..b  ÿé
    a=b; ÿ  Bearer ÿ  permessage-deflate; client_max_window_bits=99  text/plain
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
    """Handshakes with some headers changed, repeated or left out."""
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
    """Requests to /predict with damaged images in damaged forms."""
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
        image = splice(image, *change)
    body = form % image
    length = max(0, len(body) + missing)
    head = (
        "POST /predict HTTP/1.1\r\nHost: a\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    )
    return head.encode("latin-1") + body
