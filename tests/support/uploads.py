"""Pictures sent to `/predict` of a running service."""

import http.client
import json

from tests.support.drawing import Json
from tests.support.received_messages import RECEIVED_MESSAGES
from tests.support.server import Server

FORM_TYPE = "multipart/form-data; boundary=x"


def image_form(picture: bytes, recognize: str | None = None) -> bytes:
    """The body of a form of `FORM_TYPE` that holds a picture, and what it is to be read as."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="7.png"\r\n\r\n'
    form = head + picture + b"\r\n--x"
    if recognize is not None:
        head = b'\r\nContent-Disposition: form-data; name="recognize"\r\n\r\n'
        form += head + recognize.encode() + b"\r\n--x"
    return form + b"--\r\n"


def predict(
    server: Server, picture: bytes, recognize: str | None = None
) -> tuple[int, Json, http.client.HTTPMessage]:
    """Send a picture; return status, answer and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(
        "POST", "/predict", image_form(picture, recognize), {"Content-Type": FORM_TYPE}
    )
    response = connection.getresponse()
    body = response.read()
    connection.close()
    RECEIVED_MESSAGES.check_answer("POST", "/predict", response.status, body)
    return response.status, json.loads(body), response.headers
