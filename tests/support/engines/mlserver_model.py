"""A model of MLServer: runs an exported network, as an engine of the service does.

MLServer imports it in an environment of its own, in which the project is not installed; so it knows
LiteRT and NumPy alone.
"""

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

Floats = npt.NDArray[np.float32]


class ExportedNetwork(MLModel):
    """Logits of rasters, by the file that the model's settings name."""

    async def load(self) -> bool:
        """Load the file; called by MLServer."""
        self._interpreter = Interpreter(model_path=self.settings.parameters.uri, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Answer a request; called by MLServer."""
        rasters = NumpyCodec.decode_input(payload.inputs[0])
        logits = NumpyCodec.encode_output("logits", np.stack([self._run(one) for one in rasters]))
        return InferenceResponse(model_name=self.name, outputs=[logits])

    def _run(self, raster: Floats) -> Floats:
        self._interpreter.set_tensor(self._input, raster[None])
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._output)[0]
