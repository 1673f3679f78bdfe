"""A network that an engine runs, and the local one in its place where the engine does not answer.

Recognizers know neither which of the two answered nor that there are two: they take the logits by
the model card that comes with them.
"""

from collections.abc import Sequence

from realtime.engines.engine import Engine, UnusableEngine
from realtime.engines.metrics import EngineMetrics
from realtime.recognition.characters.network import HEADS, CharacterNetwork, Inference
from realtime.recognition.characters.rasterizer import Raster
from realtime.recognition.characters.runtime import RunningNetwork
from realtime.recognition.model_card import ModelCard
from realtime.recognition.recognizer import EngineState


class EngineNetwork:
    """A `Network` that an engine runs.

    Args:
        local: answers where the engine does not, and whatever asks for features.
        engine: what runs it.
        card: of what the engine runs.
        metrics: what is counted of the engine.
    """

    runs_in_place = False

    def __init__(
        self,
        local: CharacterNetwork,
        engine: Engine | UnusableEngine,
        card: ModelCard,
        metrics: EngineMetrics,
    ) -> None:
        self.local = local
        self._engine = engine
        self._card = card
        self._metrics = metrics

    @property
    def card(self) -> ModelCard:
        """The model card of the local network."""
        return self.local.card

    @property
    def running(self) -> RunningNetwork:
        """The file of the local network."""
        return self.local.running

    @property
    def engine(self) -> EngineState:
        """The engine, as it is now."""
        return self._engine.state

    @property
    def runs_local_network(self) -> bool:
        """Whether the engine runs the same network as this process."""
        return self._card is self.local.card

    def infer(self, rasters: Sequence[Raster], *, is_final: bool = True) -> Inference:
        """What the engine says of rasters, or else the local network; see `Network`."""
        logits = self._engine.logits(rasters, is_final=is_final)
        if logits is None:
            self._metrics.answered_here()
            return self.local.infer(rasters)
        return Inference(logits.reshape(len(rasters), len(HEADS), -1), self._card)
