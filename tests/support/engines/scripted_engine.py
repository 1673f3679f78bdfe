"""An engine on real sockets whose answers a test changes while it runs.

It speaks the Open Inference Protocol and answers with networks of the repository, as a real one
does, until a test gives it another `answer`.
"""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from realtime.engines.open_inference import JSON_LENGTH, Floats
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.probe import probe_raster
from tests.support.engines.listener import listening, requests_of
from tests.support.files import WEIGHTS

PROBE = probe_raster()


class Request(NamedTuple):
    """A request: its first line, and for inference its rasters, float32 (n, 28, 28, 3)."""

    line: str
    rasters: Floats | None = None


def is_probe(rasters: Floats) -> bool:
    """Whether a request is for the probe raster alone."""
    return len(rasters) == 1 and np.allclose(rasters[0], PROBE)


def http(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """A response."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines, "", ""]
    return "\r\n".join(head).encode() + body


def json_response(content: object, status: str = "200 OK") -> bytes:
    """A response in JSON."""
    return http(json.dumps(content).encode(), status, Content_Type="application/json")


def logits_response(logits: Floats, model: str = "digits") -> bytes:
    """A response with logits, in binary."""
    output = {
        "name": "logits",
        "datatype": "FP32",
        "shape": logits.shape,
        "parameters": {"binary_data_size": logits.nbytes},
    }
    head = json.dumps({"model_name": model, "outputs": [output]}).encode()
    response = head + logits.astype("<f4").tobytes()
    return http(response, **{JSON_LENGTH: str(len(head))})


@dataclass
class ScriptedEngine:
    """What a test says to the engine, and what it learns of it.

    Attributes:
        model: the name that it serves.
        network: what answers.
        answer: makes the response to a request for logits, or closes the connection with None.
        facts: makes the response to all other requests.
        delay_s: how long it takes over each request for logits.
        extensions: of the protocol that it names.
        requests: for logits so far, without those of the probe alone.
    """

    model: str = "digits"
    network: CharacterNetwork = field(
        default_factory=lambda: CharacterNetwork.load(WEIGHTS / "digits", precision="float32")
    )
    answer: Callable[[Floats], bytes | None] = lambda _: None
    facts: Callable[[str], bytes | None] = lambda _: None
    delay_s: float = 0.0
    extensions: Sequence[str] = ("binary_tensor_data",)
    requests: list[Floats] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.heal()

    @property
    def url(self) -> str:
        """Of its model."""
        return f"oip+http://127.0.0.1:{self.port}/{self.model}"

    def heal(self) -> None:
        """Answer as it should from now on."""
        self.answer = lambda rasters: logits_response(self.logits(rasters), self.model)
        self.facts = self.own_facts
        self.delay_s = 0.0

    def logits(self, rasters: Floats) -> Floats:
        """What its network says, float32 (n, both heads)."""
        with self._lock:
            return np.stack([self.network.logits(raster).ravel() for raster in rasters])

    def own_facts(self, line: str) -> bytes:
        """What it says of itself, and of its model."""
        path = line.split()[1]
        if path == "/v2":
            facts = {"name": "scripted", "version": "1", "extensions": [*self.extensions]}
            return json_response(facts)
        if path != f"/v2/models/{self.model}":
            return json_response({"error": f"unknown model: {path}"}, "404 Not Found")
        size = 2 * (len(self.network.card.labels) + 1)
        return json_response(self.model_facts([-1, 28, 28, 3], [-1, size]))

    def model_facts(self, taken: list[int], given: list[int], kind: str = "FP32") -> object:
        """What it says of a model of such shapes."""
        return {
            "name": self.model,
            "versions": ["1"],
            "platform": "scripted",
            "inputs": [{"name": "raster", "datatype": kind, "shape": taken}],
            "outputs": [{"name": "logits", "datatype": kind, "shape": given}],
        }

    def respond(self, request: bytes) -> bytes | None:
        """The response to a request."""
        head, _, body = request.partition(b"\r\n\r\n")
        line = head.partition(b"\r\n")[0].decode()
        if not line.startswith("POST"):
            return self.facts(line)
        rasters = _rasters(head, body)
        if not is_probe(rasters):
            self.requests.append(rasters)
        time.sleep(self.delay_s)
        return self.answer(rasters)


@contextmanager
def running_engine(
    engine: ScriptedEngine | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[ScriptedEngine]:
    """Have an engine serve until the block ends, on its port, or else on one that it is given."""
    engine = engine or ScriptedEngine()

    def serve(client: socket.socket) -> None:
        for request in requests_of(client):
            response = engine.respond(request)
            if response is None:
                return
            client.sendall(response)

    with listening(serve, port=engine.port, tls=tls) as engine.port:
        yield engine


def _rasters(head: bytes, body: bytes) -> Floats:
    """The rasters in a request, in binary or JSON."""
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(JSON_LENGTH.lower().encode())
    ]
    json_length = lengths[0] if lengths else len(body)
    [tensor] = json.loads(body[:json_length])["inputs"]
    numbers = (
        np.frombuffer(body[json_length:], "<f4")
        if lengths
        else np.array(tensor["data"], np.float32)
    )
    return numbers.reshape(tensor["shape"])
