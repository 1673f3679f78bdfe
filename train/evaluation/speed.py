"""CPU time of forward passes, as a multiple of that of networks that others know."""

import time
from collections.abc import Sequence

import numpy as np
from ai_edge_litert.interpreter import Interpreter

ROUNDS = 31
PASSES = 300  # forward passes in a round


def in_turn(contents: Sequence[bytes], rasters: np.ndarray) -> np.ndarray:
    """CPU time of a forward pass of some LiteRT files, µs, shape (`ROUNDS`, files).

    Args:
        contents: the files, which are run in turn, since other work slows all.
        rasters: float32 (n, 28, 28, 3), the input of all; a file that takes one channel sees that
            of the ink.
    """
    passes = [ForwardPass(content) for content in contents]
    inputs = [[one.input_of(raster) for raster in rasters[:PASSES]] for one in passes]
    seconds = [
        [one.seconds(some) for one, some in zip(passes, inputs, strict=True)] for _ in range(ROUNDS)
    ]
    return np.array(seconds) / len(inputs[0]) * 1e6


class ForwardPass:
    """A LiteRT interpreter on one thread, as it is served."""

    def __init__(self, content: bytes) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        details = self._interpreter.get_input_details()[0]
        self._input, self._channels = details["index"], details["shape"][-1]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def input_of(self, raster: np.ndarray) -> np.ndarray:
        """A raster, float32 (28, 28, 3), as this network takes it."""
        return np.ascontiguousarray(raster[None, ..., : self._channels])

    def seconds(self, inputs: list[np.ndarray]) -> float:
        """CPU seconds of the forward passes of all inputs, in turn."""
        start = time.process_time()
        for one in inputs:
            self._interpreter.set_tensor(self._input, one)
            self._interpreter.invoke()
            self._interpreter.get_tensor(self._output)
        return time.process_time() - start
