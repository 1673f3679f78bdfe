"""The digit network: a Keras CNN that was exported to LiteRT's format, from raster to logits.

Its runtime takes a fraction of a millisecond on the calling thread and starts no threads of its
own. So it can be loaded and warmed once in gunicorn's master and be shared, copy-on-write, by all
workers that are forked from it; and as a forward pass never yields to another greenlet it needs no
lock.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from realtime.errors import RecognitionError, WeightsError
from realtime.recognition.characters.normalisation import SIZE
from realtime.recognition.characters.rasterizer import CHANNELS, RASTERIZER_VERSION, Raster
from realtime.recognition.characters.runtime import RunningNetwork, run_fastest, run_first
from realtime.recognition.model_card import (
    MODEL_CARD,
    ModelCard,
    Precision,
    read_model_card,
    read_weights,
)
from realtime.recognition.recognizer import EngineState

# The network's heads: what ink is as it stands, and what it will be once the pen, still moving, is
# done.
FINAL, INTERIM = HEADS = (0, 1)

# OpenCV would start a thread for each core, in every worker, to draw 28 × 28 pixels.
cv2.setNumThreads(0)


class Inference(NamedTuple):
    """What a network says of some rasters.

    Attributes:
        logits: float32 of shape (n, 2, labels + 1): for ink as it stands, and for what it will be.
        card: of the network that says it, by whose calibration they are taken.
    """

    logits: npt.NDArray[np.float32]
    card: ModelCard


class Network(Protocol):
    """What recognizers read rasters with: a network of this process, or one that an engine runs."""

    @property
    def local(self) -> "CharacterNetwork":
        """The network of this process, which alone gives features."""

    @property
    def card(self) -> ModelCard:
        """The model card of the local network, whose labels all answers have."""

    @property
    def running(self) -> RunningNetwork:
        """The file of the local network."""

    @property
    def runs_in_place(self) -> bool:
        """Whether `infer` computes on the calling thread; see `Recognizer`."""

    @property
    def engine(self) -> EngineState | None:
        """The engine that runs it, as it is now; None where this process does."""

    def infer(self, rasters: Sequence[Raster], *, is_final: bool = True) -> Inference:
        """What the network says of rasters, each float32 of shape (28, 28, 3).

        Args:
            rasters: at least one; together they cost an engine less.
            is_final: whether a person waits for the answer that they are read for.

        Raises:
            RecognitionError: the runtime failed.
        """


class CharacterNetwork:
    """A loaded network and its model card; immutable, one for the whole process."""

    runs_in_place = True
    engine = None

    def __init__(self, card: ModelCard, running: RunningNetwork) -> None:
        self.card = card
        self.running = running
        self._runtime = running.runtime

    @classmethod
    def load(
        cls,
        folder: Path,
        card: ModelCard | None = None,
        *,
        file: str | None = None,
        precision: Precision | None = None,
    ) -> "CharacterNetwork":
        """Load and warm the network in a folder.

        Args:
            folder: holds the weights, and the model card.
            card: the model card, where it was read already.
            file: one of the card's LiteRT files; without it the served one, if this system can run
                it.
            precision: instead of a file, what it is to compute with.

        Raises:
            WeightsError: a file is missing, is not the one that the model card describes, or needs
                another rasterizer.
        """
        card = card or read_model_card(folder)
        if card.rasterizer_version != RASTERIZER_VERSION:
            made_for, known = card.rasterizer_version, RASTERIZER_VERSION
            reason = f"was made for rasterizer version {made_for}, this is {known}; train again"
            raise WeightsError(str(folder / MODEL_CARD), reason)
        contents = read_weights(folder, card)
        files = [file] if file else card.networks(precision or "fastest")
        path = folder / (file or card.served)
        if not files:
            raise WeightsError(str(folder / MODEL_CARD), f"names no network in {precision}")
        if files[0] not in contents:
            raise WeightsError(str(path), f"is not named in {MODEL_CARD}")
        run = run_fastest if precision == "fastest" else run_first
        try:
            running = run(contents, files, card.input_shape)
        except (ValueError, RuntimeError) as error:
            raise WeightsError(str(path), f"cannot be run: {error}") from error
        path, runtime = folder / running.file, running.runtime
        shapes = [runtime.input_shape, runtime.output_shape]
        output_shape = [1, len(HEADS) * (len(card.labels) + 1)]
        if shapes != [[1, SIZE, SIZE, CHANNELS], output_shape] or card.input_shape != shapes[0]:
            raise WeightsError(str(path), f"shapes {shapes} are not those of {MODEL_CARD}")
        network = cls(card, running)
        # The first pass allocates, and nobody should wait for it.
        network.logits(np.zeros((SIZE, SIZE, CHANNELS), np.float32))
        return network

    @property
    def local(self) -> "CharacterNetwork":
        """Itself; see `Network`."""
        return self

    def infer(self, rasters: Sequence[Raster], *, is_final: bool = True) -> Inference:  # noqa: ARG002
        """What it says of rasters, one after the other; see `Network`.

        Batches gain nothing for these networks on a CPU.
        """
        if len(rasters) == 1:
            return Inference(self.logits(rasters[0])[None], self.card)
        return Inference(np.stack([self.logits(raster) for raster in rasters]), self.card)

    def logits(self, raster: Raster) -> npt.NDArray[np.float32]:
        """Raw network output for a float32 raster of shape (28, 28, 3).

        Returns:
            float32 of shape (2, labels + 1): for ink as it stands, and for what it will be.

        Raises:
            RecognitionError: the runtime failed.
        """
        try:
            output = self._runtime.run(raster[None])
        except (ValueError, RuntimeError) as error:
            raise RecognitionError from error
        return output.reshape(len(HEADS), -1)

    @property
    def feature_count(self) -> int:
        """Number of features before the last layer; 0 where the runtime does not give them."""
        return self._runtime.feature_count

    def logits_and_features(
        self, raster: Raster
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """What `logits` returns, and the features of the same pass, float32 (`feature_count`,).

        Raises:
            RecognitionError: the runtime failed.
        """
        try:
            output, features = self._runtime.run_with_features(raster[None])
        except (ValueError, RuntimeError) as error:
            raise RecognitionError from error
        return output.reshape(len(HEADS), -1), features
