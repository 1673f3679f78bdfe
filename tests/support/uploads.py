"""Pictures sent to `/predict` of a running service."""

import http.client
import json

from tests.support.drawing import Json
from tests.support.server import Server

FORM_TYPE = "multipart/form-data; boundary=x"


def image_form(picture: bytes) -> bytes:
    """The body of a form of `FORM_TYPE` that holds a picture."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="7.png"\r\n\r\n'
    return head + picture + b"\r\n--x--\r\n"


def predict(server: Server, picture: bytes) -> tuple[int, Json, http.client.HTTPMessage]:
    """Send a picture; return status, answer and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("POST", "/predict", image_form(picture), {"Content-Type": FORM_TYPE})
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer, response.headers
