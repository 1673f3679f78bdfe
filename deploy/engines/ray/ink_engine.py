"""A Ray Serve application for each network, which speaks the Open Inference Protocol over HTTP.

`serve.yaml` beside it names the applications, how many replicas each has, and the folder of models
that `make export` writes. Rasters of requests that arrive together are computed together. Each
network is an application of its own, so that it is scaled, restarted and replaced by itself, and a
request takes one hop.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import ray
from inference_protocol import BadRequestError, decode_request, encode_response, metadata
from pydantic import BaseModel
from ray import serve
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Floats = npt.NDArray[np.float32]

VERSION = "1"
# The most rasters in a batch: that many take one forward pass, and a request may bring as many.
MAX_BATCH = 64


class NetworkArgs(BaseModel):
    """Arguments of an application in `serve.yaml`.

    Attributes:
        name: of the network.
        models: the model repository. A new folder is a new version: replicas are replaced one
            after the other, and each takes requests only once it has loaded its own.
    """

    name: str
    models: str


def _count(rasters: Sequence[Floats]) -> int:
    return sum(len(some) for some in rasters)


@serve.deployment
class Network:
    """One replica of a network."""

    def __init__(self, args: NetworkArgs) -> None:
        path = Path(args.models, args.name, VERSION, "model.onnx")
        options = onnxruntime.SessionOptions()
        # A replica takes one core; more replicas use more.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=onnxruntime.get_available_providers()
        )
        [taken], [given] = self._session.get_inputs(), self._session.get_outputs()
        self._shape = tuple(taken.shape[1:])
        self._metadata = metadata(args.name, VERSION, self._shape, given.shape[1])
        self._name = args.name
        self.check_health()  # the first pass allocates, and nobody should wait for it

    def check_health(self) -> None:
        """Run a blank raster; a replica that cannot is replaced by Ray.

        Raises:
            RuntimeError: the runtime failed, or its logits are no numbers.
        """
        logits = self._run(np.zeros((1, *self._shape), np.float32))
        if not np.isfinite(logits).all():
            raise RuntimeError(f"the network {self._name!r} answers with what is no number")

    async def __call__(self, request: Request) -> Response:
        """Answer to the paths of the protocol below `/v2/models/NAME`."""
        action = request.url.path.rstrip("/").rpartition("/")[2]
        if request.method == "GET" and action in (self._name, VERSION):
            return JSONResponse(self._metadata)
        if request.method == "GET" and action == "ready":
            return JSONResponse({"name": self._name, "ready": True})
        if request.method != "POST" or action != "infer":
            return JSONResponse({"error": f"no {request.method} {request.url.path}"}, 404)
        header = request.headers.get("inference-header-content-length")
        try:
            asked = decode_request(await request.body(), header, self._shape, MAX_BATCH)
        except BadRequestError as error:
            return JSONResponse({"error": str(error)}, 400)
        logits = await self._logits(asked.rasters)
        content, headers = encode_response(self._name, VERSION, logits, asked)
        return Response(content, headers=headers)

    # Nobody waits for a batch to fill: what arrives while one is computed makes the next.
    @serve.batch(max_batch_size=MAX_BATCH, batch_wait_timeout_s=0, batch_size_fn=_count)
    async def _logits(self, rasters: list[Floats]) -> list[Floats]:
        """The logits of each request's rasters, from one forward pass for all."""
        batch = rasters[0] if len(rasters) == 1 else np.concatenate(rasters)
        # Requests are read meanwhile.
        logits = await asyncio.to_thread(self._run, batch)
        return np.split(logits, np.cumsum([len(some) for some in rasters])[:-1])

    def _run(self, batch: Floats) -> Floats:
        [logits] = self._session.run(["logits"], {"raster": batch})
        return logits


@serve.deployment
class Server:
    """What the protocol says of the server itself, below `/v2`."""

    async def __call__(self, request: Request) -> Response:
        """Answer to `/v2` and to its health."""
        path = request.url.path.rstrip("/")
        if path.endswith("/v2"):
            about = {"name": "ray-serve", "version": ray.__version__}
            return JSONResponse(about | {"extensions": ["binary_tensor_data"]})
        if path.endswith("/v2/health/live"):
            return JSONResponse({"live": True})
        if path.endswith("/v2/health/ready"):
            return JSONResponse({"ready": True})
        return JSONResponse({"error": f"no {path}"}, 404)


def network(args: NetworkArgs) -> serve.Application:
    """The application of one network."""
    return Network.bind(args)


def server(_: dict[str, str]) -> serve.Application:
    """The application of the server."""
    return Server.bind()
