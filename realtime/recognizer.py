"""Here the 28×28 raster of the ink becomes a calibrated top-k, or "this is no digit".

The network is a Keras CNN, exported to LiteRT, which runs it in a fraction of a millisecond on the calling thread and starts no
threads of its own. So it can be loaded and warmed once in gunicorn's master and be shared, copy-on-write, by all workers
that are forked from it; and as a forward pass never yields to another greenlet it needs no lock.
"""

import hashlib
import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import cv2
import msgspec
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from realtime.errors import WeightsError
from realtime.rasterizer import CHANNELS, RASTERIZER_VERSION, SIZE, Raster, to_input

MODEL_CARD = "digits.json"
# The network's heads: what ink is as it stands, and what it will be once the pen, still moving, is done.
FINAL, INTERIM = HEADS = (0, 1)

# OpenCV would start a thread for each core, in every worker, to draw 28 × 28 pixels.
cv2.setNumThreads(0)


class FileFacts(msgspec.Struct, frozen=True):
    """What the model card knows of one weights file."""

    sha256: str
    bytes: int


class Calibration(msgspec.Struct, frozen=True):
    """What makes one head's logits into answers; fitted on the validation writers."""

    # Divides the label logits (Guo et al., "On calibration of modern neural networks", 2017).
    temperature: float
    # Ink is rejected when the probability of "none of these" exceeds this.
    reject_threshold: float


class ModelCard(msgspec.Struct, frozen=True):
    """`weights/digits.json`: what belongs to the weights and what was measured with them."""

    id: str
    version: str
    labels: list[str]
    # Index of the logit for "none of these", after those of the labels.
    other: int
    input_shape: list[int]
    rasterizer_version: int
    # One for each head.
    final: Calibration
    interim: Calibration
    # The exported file that answers.
    served: str
    files: dict[str, FileFacts]
    accuracy: dict[str, float]
    trained_on: list[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """The recognizer's answer: (label, calibrated probability), best first, and whether the ink looks like no label."""

    top: tuple[tuple[str, float], ...]
    rejected: bool


class Recognizer:
    """A loaded network and its model card; immutable, one for the whole process."""

    def __init__(self, card: ModelCard, interpreter: Interpreter) -> None:
        self.card = card
        self._interpreter = interpreter
        self._input = interpreter.get_input_details()[0]["index"]
        self._output = interpreter.get_output_details()[0]["index"]
        self._heads = (card.final, card.interim)
        self._all = range(len(card.labels))
        self._index = {label: index for index, label in enumerate(card.labels)}

    @classmethod
    def load(cls, folder: Path, file: str | None = None) -> "Recognizer":
        """Load and warm the network in `folder` (the served file, or another of the model card's LiteRT files).

        Raises:
            WeightsError: a file is missing, is not the one that the model card describes, or needs another rasterizer.
        """
        card = read_model_card(folder)
        # All of them, also those that do not answer: what was changed or lost should be noticed at the start.
        contents = {name: _checked_bytes(folder / name, facts) for name, facts in card.files.items()}
        name = file or card.served
        path = folder / name
        if name not in contents:
            raise WeightsError(str(path), f"is not named in {MODEL_CARD}")
        try:
            # From memory: a mapped file would change under the running server when new weights are copied over it.
            interpreter = Interpreter(model_content=contents[name], num_threads=1)
            interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise WeightsError(str(path), f"LiteRT cannot load it: {error}") from error
        shapes = [detail[0]["shape"].tolist() for detail in (interpreter.get_input_details(), interpreter.get_output_details())]
        if shapes != [card.input_shape, [1, len(HEADS) * (len(card.labels) + 1)]] or card.input_shape != [1, SIZE, SIZE, CHANNELS]:
            raise WeightsError(str(path), f"shapes {shapes} are not those of {MODEL_CARD}")
        recognizer = cls(card, interpreter)
        # The first pass allocates; nobody should wait for it.
        recognizer.logits(np.zeros((SIZE, SIZE, CHANNELS), np.uint8))
        return recognizer

    def logits(self, raster: Raster) -> npt.NDArray[np.float32]:
        """Raw network output for a uint8 raster of shape (28, 28, 3).

        Returns:
            float32 of shape (2, labels + 1): for ink as it stands, and for what it will be.
        """
        self._interpreter.set_tensor(self._input, to_input(raster)[None])
        self._interpreter.invoke()
        output: npt.NDArray[np.float32] = self._interpreter.get_tensor(self._output).reshape(len(HEADS), -1)
        return output

    def recognize(self, raster: Raster, *, final: bool = True, top: int = 3, allow: Collection[str] | None = None) -> Answer:
        """Answer for one raster.

        Args:
            raster: uint8 array of shape (28, 28, 3), from `rasterize` or `without_direction`.
            final: whether the pen is up: what the ink is. Else what it will be.
            top: how many labels to answer with, at least 1.
            allow: labels to choose among; the others are masked and the rest renormalised. None allows all.

        Raises:
            KeyError: a label in `allow` is not one of the model's.
        """
        head = FINAL if final else INTERIM
        # In plain Python: for eleven numbers NumPy's calls take longer than its arithmetic saves.
        logits: list[float] = self.logits(raster)[head].tolist()
        calibration = self._heads[head]
        highest = max(logits)
        other = math.exp(logits[self.card.other] - highest) / sum([math.exp(logit - highest) for logit in logits])
        indices = self._all if allow is None else [self._index[label] for label in dict.fromkeys(allow)]
        # Shifted by the best of those allowed, however unlikely they all are.
        highest = max([logits[index] for index in indices])
        weights = [math.exp((logits[index] - highest) / calibration.temperature) for index in indices]
        total = sum(weights)
        # A tie goes to the one that comes first.
        best = sorted(range(len(weights)), key=weights.__getitem__, reverse=True)[:top]
        labels = self.card.labels
        return Answer(tuple((labels[indices[i]], weights[i] / total) for i in best), other > calibration.reject_threshold)


def read_model_card(folder: Path) -> ModelCard:
    """Read `digits.json`; `Recognizer.load` checks the files that it names.

    Raises:
        WeightsError: it cannot be read, contradicts itself, or needs another rasterizer.
    """
    path = folder / MODEL_CARD
    try:
        card = msgspec.json.decode(path.read_bytes(), type=ModelCard)
    except OSError as error:
        raise WeightsError(str(path), f"cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise WeightsError(str(path), f"is no model card: {error}") from error
    if card.rasterizer_version != RASTERIZER_VERSION:
        reason = f"was made for rasterizer version {card.rasterizer_version}, this is {RASTERIZER_VERSION}; train again"
        raise WeightsError(str(path), reason)
    if card.served not in card.files or card.other != len(card.labels):
        raise WeightsError(str(path), "its fields contradict each other (served, files, labels, other)")
    return card


def _checked_bytes(path: Path, facts: FileFacts) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(str(path), f"cannot be read: {error.strerror}") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != facts.sha256:
        raise WeightsError(str(path), f"SHA-256 is {digest}, but {MODEL_CARD} says {facts.sha256}")
    return data


_shared: dict[Path, Recognizer] = {}


def shared_recognizer(folder: Path, *, reload: bool = False) -> Recognizer:
    """The process's recognizer: gunicorn's master calls this before it forks, so that each worker finds it loaded.

    With `reload` the weights are read anew; if they are no good the old ones stay.

    Raises:
        WeightsError: see `Recognizer.load`.
    """
    if reload or folder not in _shared:
        _shared[folder] = Recognizer.load(folder)
    return _shared[folder]
