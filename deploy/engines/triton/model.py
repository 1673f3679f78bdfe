"""A network for Triton's Python backend, where the server has none for ONNX.

`config.pbtxt` beside it asks for the ONNX backend, `configs/python.pbtxt` for this file
(`tritonserver --model-config-name=python`). Triton gives `execute` all requests that have gathered.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import triton_python_backend_utils as triton


class TritonPythonModel:
    """What Triton loads; it knows the class by this name."""

    def initialize(self, args: dict[str, str]) -> None:
        """Load the network that lies beside this file."""
        path = Path(args["model_repository"], args["model_version"], "model.onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """The logits of each request's rasters, from one forward pass for all."""
        rasters = [
            triton.get_input_tensor_by_name(request, "raster").as_numpy() for request in requests
        ]
        batch = rasters[0] if len(rasters) == 1 else np.concatenate(rasters)
        [logits] = self._session.run(["logits"], {"raster": batch})
        ends = np.cumsum([len(some) for some in rasters])[:-1]
        return [
            triton.InferenceResponse([triton.Tensor("logits", part)])
            for part in np.split(logits, ends)
        ]
