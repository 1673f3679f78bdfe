"""Pictures: one request, and what is written on the picture."""

import ssl
from urllib.parse import urlsplit, urlunsplit

import msgspec
import urllib3

from realtime.client.errors import (
    AnswerTimeoutError,
    ConnectionLostError,
    UnreachableError,
    http_error,
)
from realtime.protocol.picture_messages import PictureAnswer

# A photograph over a slow line, and a server that has others to read before it.
PICTURE_TIMEOUT_S = 30.0
# The fields of the form.
_FILE, _TASK = "file", "recognize"


def predict_url(url: str) -> str:
    """Where a server takes pictures, from the address of its page or of its WebSocket."""
    parts = urlsplit(url)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    path = parts.path.removesuffix("predict").removesuffix("ws").removesuffix("/")
    return urlunsplit((scheme, parts.netloc, f"{path}/predict", "", ""))


def predict(
    url: str,
    image: bytes,
    recognize: str | None = None,
    *,
    token: str = "",
    tls: ssl.SSLContext | None = None,
    timeout_s: float = PICTURE_TIMEOUT_S,
) -> PictureAnswer:
    """Have a picture read.

    Args:
        url: of the server: its page, its WebSocket, or `/predict` itself.
        image: a PNG, JPEG, WebP, GIF or BMP file.
        recognize: what is sought, one of the names in `ready.recognizers`; digits without it.
        token: the server's, where it wants one.
        tls: whose certificates are trusted, where the URL begins with `https` or `wss`.
        timeout_s: for all of it.

    Raises:
        ReportedError: the server refuses: `ImageFormatError` for what is no picture,
            `BlankImageError` for one without ink, `SizeError`, `RateError`, ….
        HTTPRefusalError: it lets nobody in without its token, or is another server.
        UnreachableError, ConnectionLostError, AnswerTimeoutError: there is no answer.
    """
    address = predict_url(url)
    fields: dict[str, str | tuple[str, bytes]] = {_FILE: ("picture", image)}
    if recognize is not None:
        fields[_TASK] = recognize
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib3.PoolManager(ssl_context=tls) as pool:
            response = pool.request(
                "POST",
                address,
                fields=fields,
                headers=headers,
                redirect=False,
                retries=False,
                timeout=urllib3.Timeout(total=timeout_s),
            )
    except urllib3.exceptions.NewConnectionError as error:
        raise UnreachableError(address, f"cannot be reached: {error}") from error
    except urllib3.exceptions.TimeoutError as error:
        raise AnswerTimeoutError(timeout_s) from error
    except (urllib3.exceptions.LocationValueError, urllib3.exceptions.SSLError) as error:
        raise UnreachableError(address, str(error)) from error
    except urllib3.exceptions.HTTPError as error:
        raise ConnectionLostError(1006, str(error)) from error
    if response.status != 200:
        raise http_error(address, response.status, response.headers, response.data)
    try:
        return msgspec.json.decode(response.data, type=PictureAnswer)
    except msgspec.DecodeError as error:
        raise UnreachableError(address, f"is another service: {error}") from error
