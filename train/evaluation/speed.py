"""CPU time of a forward pass, as a multiple of that of Keras's textbook network."""

import math
import time
from pathlib import Path

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter

ROUNDS = 31
PASSES = 300  # forward passes in a round


def against_textbook(file: Path, textbook: bytes, rasters: np.ndarray) -> tuple[float, float]:
    """CPU time of a forward pass of a LiteRT file, relative to the textbook network, and in µs.

    Args:
        file: takes float32 of shape (1, 28, 28, 3).
        textbook: `architecture.textbook`, converted to a float32 LiteRT file.
        rasters: float32 (n, 28, 28, 3), the input of both; the textbook network sees the ink
            channel alone.

    Returns:
        The median ratio over rounds in turn, one thread each, and the median time in µs.
    """
    ours, other = ForwardPass(file.read_bytes()), ForwardPass(textbook)
    inputs = [raster[None] for raster in rasters[:PASSES]]
    pictures = [np.ascontiguousarray(one[..., :1]) for one in inputs]
    times = np.array([(ours.seconds(inputs), other.seconds(pictures)) for _ in range(ROUNDS)])
    microseconds = float(np.median(times[:, 0]) / len(inputs) * 1e6)
    return float(np.median(times[:, 0] / times[:, 1])), microseconds


def multiply_adds(model: keras.Model) -> int:
    """Multiply-adds of a forward pass: those of convolutions and dense layers."""
    total = 0
    for layer in model.layers:
        if isinstance(layer, keras.layers.DepthwiseConv2D):
            total += math.prod(layer.output.shape[1:]) * math.prod(layer.kernel_size)
        elif isinstance(layer, keras.layers.Conv2D):
            each = math.prod(layer.kernel_size) * layer.input.shape[-1]
            total += math.prod(layer.output.shape[1:]) * each
        elif isinstance(layer, keras.layers.Dense):
            total += layer.input.shape[-1] * layer.units
    return total


class ForwardPass:
    """A LiteRT interpreter on one thread, as it is served."""

    def __init__(self, content: bytes) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def seconds(self, inputs: list[np.ndarray]) -> float:
        """CPU seconds of the forward passes of all inputs, in turn."""
        start = time.process_time()
        for one in inputs:
            self._interpreter.set_tensor(self._input, one)
            self._interpreter.invoke()
            self._interpreter.get_tensor(self._output)
        return time.process_time() - start
