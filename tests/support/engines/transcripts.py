"""Records what our client and an engine say to each other, and plays the engine's part again.

    python -m tests.support.engines.transcripts oip+http://127.0.0.1:8000/digits ray-2.51

writes the folder `transcripts/ray-2.51/` beside this file. An exchange is two files, the bytes of
the request and of the response as they were on the wire:

    01-server.request    01-server.response     GET /v2
    02-model.…           GET /v2/models/digits
    03-probe.…           POST …/infer with the probe raster, in binary where the engine takes it
    04-two.…             the same with two rasters
    05-two-json.…        two rasters as JSON
    06-unknown-model.…   GET /v2/models/ of a name that there is not
    07-wrong-shape.…     POST …/infer with a raster of 27 × 28 × 3
"""

import argparse
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from geventhttpclient.response import HTTPResponse

from realtime.engines.client import Identity
from realtime.engines.http_connection import HttpConnection
from realtime.engines.open_inference import (
    Floats,
    inference_path,
    inference_request,
    model_path,
    server_path,
)
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.probe import probe_raster
from realtime.setting_formats import EngineURL
from tests.support.engines.listener import listening, requests_of
from tests.support.files import WEIGHTS

TRANSCRIPTS = Path(__file__).parent / "transcripts"
NAMES = (
    *("01-server", "02-model", "03-probe", "04-two", "05-two-json"),
    *("06-unknown-model", "07-wrong-shape"),
)
UNKNOWN_MODEL = "nobody"


class Exchange(NamedTuple):
    """The bytes of a request and of its response."""

    request: bytes
    response: bytes


def identity_of(folder: str = "digits") -> Identity:
    """By what the network in a folder of the repository's weights is known."""
    logits = CharacterNetwork.load(WEIGHTS / folder).logits(probe_raster()).ravel()
    return Identity(len(logits), logits)


def two_rasters() -> Floats:
    """The probe raster, and one with nothing on it: float32 (2, 28, 28, 3)."""
    return np.stack([probe_raster(), np.zeros_like(probe_raster())])


def record(url: EngineURL) -> list[Exchange]:
    """Hold the exchanges with an engine, in the order of `NAMES`."""
    address = url.address
    exchanges: list[Exchange] = []
    with _relay(address.host, address.port, exchanges) as port:
        connection = HttpConnection(address._replace(host="127.0.0.1", port=port), None)
        is_binary = b"binary_tensor_data" in connection.ask("GET", server_path(address.prefix)).body
        connection.ask("GET", model_path(address.prefix, address.model))
        infer = inference_path(address.prefix, address.model)
        rasters = two_rasters()
        for some, binary in ((rasters[:1], is_binary), (rasters, is_binary), (rasters, False)):
            connection.ask("POST", infer, *inference_request(some, is_binary=binary))
        connection.ask("GET", model_path(address.prefix, UNKNOWN_MODEL))
        wrong = inference_request(rasters[:1, 1:], is_binary=is_binary)
        connection.ask("POST", infer, *wrong)
        connection.close()
    return exchanges


def write(folder: Path, exchanges: list[Exchange]) -> None:
    """Write recorded exchanges into a folder, which holds nothing else afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, exchange in zip(NAMES, exchanges, strict=True):
        (folder / f"{name}.request").write_bytes(exchange.request)
        (folder / f"{name}.response").write_bytes(exchange.response)


def read(folder: Path) -> list[Exchange]:
    """The recorded exchanges in a folder."""
    return [
        Exchange(
            (folder / f"{name}.request").read_bytes(), (folder / f"{name}.response").read_bytes()
        )
        for name in NAMES
    ]


def kind_of(request: bytes) -> tuple[bytes, bytes, bytes]:
    """What a request is answered by: its first line, its type of content, and its shape.

    Rasters need not be the same to the last bit on all processors.
    """
    head, _, body = request.partition(b"\r\n\r\n")
    content = re.search(rb"(?i)content-type: ([^\r]*)", head)
    shape = re.search(rb'"shape":(\[[^]]*\])', body)
    return (
        head.partition(b"\r\n")[0],
        content.group(1) if content else b"",
        shape.group(1) if shape else b"",
    )


@contextmanager
def replayed(exchanges: list[Exchange], *, piece_bytes: int = 1 << 20) -> Iterator[int]:
    """A server on a port of this machine that answers as recorded, byte by byte the same.

    Args:
        exchanges: what it knows.
        piece_bytes: it sends so many bytes at once.
    """
    responses = {kind_of(one.request): one.response for one in exchanges}

    def serve(client: socket.socket) -> None:
        for request in requests_of(client):
            response = responses[kind_of(request)]
            for first in range(0, len(response), piece_bytes):
                client.sendall(response[first : first + piece_bytes])

    with listening(serve) as port:
        yield port


@contextmanager
def _relay(host: str, port: int, exchanges: list[Exchange]) -> Iterator[int]:
    """Pass on what comes, and add the exchanges, of one after the other, to a list."""

    def serve(client: socket.socket) -> None:
        for request in requests_of(client):
            # Some engines close a connection after an error.
            with socket.create_connection((host, port)) as engine:
                engine.sendall(request)
                response = _response(engine)
            exchanges.append(Exchange(request, response))
            client.sendall(response)

    with listening(serve) as own_port:
        yield own_port


def _response(engine: socket.socket) -> bytes:
    """A whole response."""
    parsed, data = HTTPResponse(), b""
    while not parsed.message_complete:
        some = engine.recv(1 << 16)
        data += some
        parsed.feed(some)
        if not some:
            break
    return data


def main() -> None:
    """Record an engine."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.engines.transcripts",
        description="Record what an engine answers, for tests that play it again.",
    )
    parser.add_argument("url", type=EngineURL, help="of a model, oip+http://host:8000/digits")
    parser.add_argument("name", help="of the engine, with its version")
    options = parser.parse_args()
    exchanges = record(options.url)
    write(TRANSCRIPTS / options.name, exchanges)
    for name, exchange in zip(NAMES, exchanges, strict=True):
        first = exchange.response.partition(b"\r\n")[0].decode(errors="replace")
        print(f"{name}: {len(exchange.response)} bytes, {first}")


if __name__ == "__main__":
    main()
