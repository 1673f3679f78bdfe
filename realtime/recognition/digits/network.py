"""The digit network: a Keras CNN that was exported to LiteRT, from raster to logits.

LiteRT runs it in a fraction of a millisecond on the calling thread and starts no threads of its
own. So it can be loaded and warmed once in gunicorn's master and be shared, copy-on-write, by all
workers that are forked from it; and as a forward pass never yields to another greenlet it needs no
lock.
"""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from realtime.errors import RecognitionError, WeightsError
from realtime.recognition.digits.normalisation import SIZE
from realtime.recognition.digits.rasterizer import CHANNELS, RASTERIZER_VERSION, Raster, to_input
from realtime.recognition.model_card import MODEL_CARD, ModelCard, read_model_card, read_weights

# The network's heads: what ink is as it stands, and what it will be once the pen, still moving, is
# done.
FINAL, INTERIM = HEADS = (0, 1)

# OpenCV would start a thread for each core, in every worker, to draw 28 × 28 pixels.
cv2.setNumThreads(0)


class DigitNetwork:
    """A loaded network and its model card; immutable, one for the whole process."""

    def __init__(self, card: ModelCard, interpreter: Interpreter) -> None:
        self.card = card
        self._interpreter = interpreter
        self._input = interpreter.get_input_details()[0]["index"]
        self._output = interpreter.get_output_details()[0]["index"]

    @classmethod
    def load(
        cls, folder: Path, card: ModelCard | None = None, *, file: str | None = None
    ) -> "DigitNetwork":
        """Load and warm the network in a folder.

        Args:
            folder: holds the weights, and the model card.
            card: the model card, where it was read already.
            file: one of the card's LiteRT files; without it the served one.

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
        name = file or card.served
        path = folder / name
        if name not in contents:
            raise WeightsError(str(path), f"is not named in {MODEL_CARD}")
        try:
            # From memory: a mapped file would change under the running server when new weights are
            # copied over it.
            interpreter = Interpreter(model_content=contents[name], num_threads=1)
            interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise WeightsError(str(path), f"LiteRT cannot load it: {error}") from error
        details = (interpreter.get_input_details(), interpreter.get_output_details())
        shapes = [detail[0]["shape"].tolist() for detail in details]
        output_shape = [1, len(HEADS) * (len(card.labels) + 1)]
        if shapes != [[1, SIZE, SIZE, CHANNELS], output_shape] or card.input_shape != shapes[0]:
            raise WeightsError(str(path), f"shapes {shapes} are not those of {MODEL_CARD}")
        network = cls(card, interpreter)
        # The first pass allocates, and nobody should wait for it.
        network.logits(np.zeros((SIZE, SIZE, CHANNELS), np.uint8))
        return network

    def logits(self, raster: Raster) -> npt.NDArray[np.float32]:
        """Raw network output for a uint8 raster of shape (28, 28, 3).

        Returns:
            float32 of shape (2, labels + 1): for ink as it stands, and for what it will be.

        Raises:
            RecognitionError: LiteRT failed.
        """
        try:
            self._interpreter.set_tensor(self._input, to_input(raster)[None])
            self._interpreter.invoke()
        except (ValueError, RuntimeError) as error:
            raise RecognitionError from error
        output: npt.NDArray[np.float32] = self._interpreter.get_tensor(self._output)
        return output.reshape(len(HEADS), -1)
