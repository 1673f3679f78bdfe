"""The machine-readable model card: what belongs to a model's weights, and what was measured."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol, TypeVar

import msgspec
from msgspec import Struct

from realtime.errors import WeightsError

MODEL_CARD = "model_card.json"
# What a network computes with, which its file names; "fastest" is whichever takes less time on this
# processor.
Precision = Literal["fastest", "float32", "int8"]


class FileFacts(Struct, frozen=True):
    """What the model card knows of one weights file."""

    sha256: str
    bytes: int


class Calibration(Struct, frozen=True):
    """What makes one head's logits into probabilities; fitted on the validation writers."""

    # Divides the label logits (Guo et al., "On calibration of modern neural networks", 2017).
    temperature: float
    # Ink is rejected when the probability of "none of these" exceeds this.
    reject_threshold: float


class Teaching(Struct, frozen=True):
    """How examples of a person's hand move answers; see `characters/examples.py`."""

    # λ: what an equal drawing adds to the logit of its label.
    weight: float
    # τ: the cosine of features from which on drawings are alike.
    threshold: float
    # The cosine from which on a drawing is so much like an example that it is not rejected.
    accept_from: float


class ModelCard(Struct, frozen=True, kw_only=True):
    """`model_card.json` in the folder of a model."""

    id: str
    version: str
    # What the model recognizes, by which the registry finds it and knows who loads it.
    task: str = "digit"
    labels: list[str]
    # Of a network that several tasks share, the labels of each.
    labels_of_tasks: dict[str, list[str]] = {}
    # Index of the logit for "none of these", after those of the labels.
    other: int
    input_shape: list[int]
    rasterizer_version: int
    # One for each head.
    final: Calibration
    interim: Calibration
    # Of networks that can be taught.
    teaching: Teaching | None = None
    # The exported file that answers.
    served: str
    files: dict[str, FileFacts]
    accuracy: dict[str, float]
    trained_on: list[str]
    # What the network answers to `probe_raster()`, both heads one after the other, where it is
    # served by an engine that is to be known by it.
    probe: list[float] | None = None

    def labels_of(self, task: str) -> list[str]:
        """The labels that a task chooses among."""
        return self.labels_of_tasks.get(task, self.labels)

    def networks(self, precision: Precision) -> list[str]:
        """The exported files that compute with this, the one that is served before all others."""
        suffix = ".tflite" if precision == "fastest" else f".{precision}.tflite"
        named = [name for name in self.files if name.endswith(suffix)]
        return sorted(named, key=lambda name: name != self.served)


def read_model_card(folder: Path) -> ModelCard:
    """Read the model card in a model's folder; `read_weights` checks the files that it names.

    Raises:
        WeightsError: it cannot be read, or contradicts itself.
    """
    return read_card_file(folder / MODEL_CARD)


def read_card_file(path: Path) -> ModelCard:
    """Read a model card from a file of any name; see `read_model_card`."""
    try:
        card = msgspec.json.decode(path.read_bytes(), type=ModelCard)
    except OSError as error:
        raise WeightsError(str(path), f"cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise WeightsError(str(path), f"is no model card: {error}") from error
    of_tasks = set().union(*card.labels_of_tasks.values())
    if (
        card.served not in card.files
        or card.other != len(card.labels)
        or not of_tasks <= set(card.labels)
    ):
        reason = "its fields contradict each other (served, files, labels, labels_of_tasks, other)"
        raise WeightsError(str(path), reason)
    return card


def read_weights(folder: Path, card: ModelCard) -> Mapping[str, bytes]:
    """The content of every file that a model card names.

    All of them are checked, also those that do not answer: what was changed or lost should be
    noticed at the start.

    Raises:
        WeightsError: one is missing, or is not the file that the card describes.
    """
    return {name: _read_checked(folder / name, facts) for name, facts in card.files.items()}


class Fitted(Protocol):
    """What was fitted to a network."""

    @property
    def network(self) -> str:
        """SHA-256 of the network's file."""


_Fitted = TypeVar("_Fitted", bound=Fitted)


def read_fitted(path: Path, kind: type[_Fitted], card: ModelCard, command: str) -> _Fitted:
    """Read what was fitted to a network, from the network's folder.

    A card names several files of one network, in one precision or another. What was fitted with one
    of these serves for all: their logits differ by less than the weights' own error.

    Args:
        path: the file.
        kind: what is in it.
        card: the network's.
        command: that fits it.

    Raises:
        WeightsError: it cannot be read, or was fitted with another network.
    """
    try:
        fitted = msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise WeightsError(str(path), f"cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise WeightsError(str(path), f"is no {kind.__name__}: {error}") from error
    if fitted.network not in {facts.sha256 for facts in card.files.values()}:
        reason = (
            f"was fitted with a network of SHA-256 {fitted.network}, which is none of the files "
            f"in {MODEL_CARD}; fit it again ({command})"
        )
        raise WeightsError(str(path), reason)
    return fitted


def _read_checked(path: Path, facts: FileFacts) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(str(path), f"cannot be read: {error.strerror}") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != facts.sha256:
        reason = f"SHA-256 is {digest}, but {MODEL_CARD} says {facts.sha256}"
        raise WeightsError(str(path), reason)
    return data
