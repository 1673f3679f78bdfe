"""The runtimes of an exported network: LiteRT, or OpenCV where there is no package of LiteRT.

Both take a `.tflite` file, run it on the calling thread, and start no threads of their own. LiteRT
has packages for Linux with glibc, for Windows and for Macs with Apple silicon. OpenCV, which draws
the rasters anyway, has more, among them those for Macs with Intel; it reads files in float alone,
and takes a few times as long. The logits are the same but for rounding.
"""

import logging
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    Interpreter = None

# Operators filter by this name.
_log = logging.getLogger("realtime.recognition")

Floats = npt.NDArray[np.float32]

# Another file than the first is run if it takes less than this share of its time: what differs by
# less differs from start to start.
NOTICEABLE = 0.9
# Passes that are timed together, several times: 30 ms for both files of the digits.
_PASSES = 10
_ROUNDS = 12


class Runtime(Protocol):
    """Runs one exported network."""

    @property
    def input_shape(self) -> list[int]:
        """Shape of what it takes, (1, height, width, channels)."""

    @property
    def output_shape(self) -> list[int]:
        """Shape of what it returns, (1, n)."""

    @property
    def feature_count(self) -> int:
        """Number of features before the last layer; 0 where it does not give them."""

    def run(self, batch: Floats) -> Floats:
        """The output for a float32 array of `input_shape`.

        Raises:
            ValueError, RuntimeError: the runtime failed.
        """

    def run_with_features(self, batch: Floats, /) -> tuple[Floats, Floats]:
        """The output, and the features that it was computed from, float32 (`feature_count`,).

        Raises:
            ValueError, RuntimeError: the runtime failed, or gives no features.
        """


class LiteRtRuntime:
    """A network run by LiteRT."""

    def __init__(self, content: bytes) -> None:
        # From memory: a mapped file would change under the running server when new weights are
        # copied over it.
        self._interpreter: Any = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        [given] = self._interpreter.get_input_details()
        # A second output is that of the features; see `train/model/export.py`.
        answered, *features = self._interpreter.get_output_details()
        self._input, self._output = given["index"], answered["index"]
        self.input_shape: list[int] = given["shape"].tolist()
        self.output_shape: list[int] = answered["shape"].tolist()
        self._features: int | None = features[0]["index"] if features else None
        self.feature_count = math.prod(features[0]["shape"].tolist()) if features else 0

    def run(self, batch: Floats) -> Floats:
        """The output for a batch; see `Runtime`."""
        self._interpreter.set_tensor(self._input, batch)
        self._interpreter.invoke()
        output: Floats = self._interpreter.get_tensor(self._output)
        return output

    def run_with_features(self, batch: Floats) -> tuple[Floats, Floats]:
        """The output and the features of the same pass; see `Runtime`."""
        if self._features is None:
            raise ValueError("the file has no output of features")
        output = self.run(batch)
        return output, self._interpreter.get_tensor(self._features)[0]


class OpenCvRuntime:
    """A network in float run by OpenCV's DNN module, which takes channels first.

    It gives no features: of a file with two outputs it knows the first alone.
    """

    feature_count = 0

    def __init__(self, content: bytes, input_shape: Sequence[int]) -> None:
        with _no_opencv_log(), _as_runtime_error():
            self._net = cv2.dnn.readNetFromTFLite(np.frombuffer(content, np.uint8))
        self.input_shape = list(input_shape)
        # The file's own shapes are told by running it.
        self.output_shape = list(self.run(np.zeros(self.input_shape, np.float32)).shape)

    def run(self, batch: Floats) -> Floats:
        """The output for a batch; see `Runtime`."""
        with _as_runtime_error():
            self._net.setInput(np.ascontiguousarray(batch.transpose(0, 3, 1, 2)))
            return np.asarray(self._net.forward(), np.float32)

    def run_with_features(self, _: Floats) -> tuple[Floats, Floats]:
        """Raise ValueError; see `Runtime`."""
        raise ValueError("OpenCV gives no features")


@contextmanager
def _as_runtime_error() -> Iterator[None]:
    try:
        yield
    except cv2.error as error:
        raise RuntimeError(str(error)) from error


@contextmanager
def _no_opencv_log() -> Iterator[None]:
    """Keep OpenCV from writing what it cannot read to standard error."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)


class RunningNetwork(NamedTuple):
    """The file of a network that answers.

    Attributes:
        file: its name.
        runtime: what runs it.
        pass_us: µs of CPU time of a forward pass, of each file that was measured.
    """

    file: str
    runtime: Runtime
    pass_us: Mapping[str, float] = MappingProxyType({})


def run_first(
    contents: Mapping[str, bytes], files: Sequence[str], input_shape: Sequence[int]
) -> RunningNetwork:
    """Run the first of some files that the runtime of this system can run.

    Args:
        contents: files by name.
        files: their names.
        input_shape: shape of what the network takes.

    Raises:
        ValueError, RuntimeError: no file can be run.
    """
    file, runtime = next(_runtimes(contents, files, input_shape))
    return RunningNetwork(file, runtime)


def run_fastest(
    contents: Mapping[str, bytes], files: Sequence[str], input_shape: Sequence[int]
) -> RunningNetwork:
    """Run the one of some files that takes the least time here; see `run_first`.

    The first is taken unless another takes less by `NOTICEABLE`.
    """
    runtimes = dict(_runtimes(contents, files, input_shape))
    pass_us = _measure(runtimes)
    first, fastest = next(iter(runtimes)), min(pass_us, key=pass_us.__getitem__)
    file = fastest if pass_us[fastest] < NOTICEABLE * pass_us[first] else first
    return RunningNetwork(file, runtimes[file], pass_us)


def _measure(runtimes: Mapping[str, Runtime]) -> dict[str, float]:
    """The least CPU time of a forward pass of each, µs; in turn, since other work slows all."""
    least = dict.fromkeys(runtimes, math.inf)
    batches = {name: np.zeros(one.input_shape, np.float32) for name, one in runtimes.items()}
    for _ in range(_ROUNDS):
        for name, runtime in runtimes.items():
            started = time.process_time_ns()
            for _ in range(_PASSES):
                runtime.run(batches[name])
            took_us = (time.process_time_ns() - started) / _PASSES / 1000
            least[name] = min(least[name], took_us)
    return least


def _runtimes(
    contents: Mapping[str, bytes], files: Sequence[str], input_shape: Sequence[int]
) -> Iterator[tuple[str, Runtime]]:
    """Each file that can be run here, and what runs it.

    Raises:
        ValueError, RuntimeError: LiteRT cannot run a file, or OpenCV none of them.
    """
    if Interpreter is not None:
        yield from ((file, LiteRtRuntime(contents[file])) for file in files)
        return
    reasons = []
    for file in files:
        try:
            runtime = OpenCvRuntime(contents[file], input_shape)
        except RuntimeError as error:
            reasons.append(f"{file}: {error}")
            continue
        _log.warning("LiteRT is not installed here: OpenCV runs %s, which takes longer", file)
        yield file, runtime
    if len(reasons) == len(files):
        raise RuntimeError("OpenCV runs none of its files: " + "; ".join(reasons))
