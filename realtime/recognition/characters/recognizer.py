"""The recognizer of single characters: ink or a picture becomes alternatives, or is rejected."""

import math
import time
from pathlib import Path

from realtime.ink.stroke import Ink
from realtime.recognition.answer import NO_INK, Alternative, Answer, Timings
from realtime.recognition.characters.examples import SKETCH_SIZE, Examples, Sketch
from realtime.recognition.characters.mending import MendedInk, mend
from realtime.recognition.characters.network import FINAL, INTERIM, CharacterNetwork, Network
from realtime.recognition.characters.normalisation import normalise
from realtime.recognition.characters.raster_png import raster_png
from realtime.recognition.characters.rasterizer import LiveRaster, Raster, raster_of
from realtime.recognition.characters.thickening import thickened
from realtime.recognition.model_card import ModelCard, Precision
from realtime.recognition.recognizer import (
    DEFAULT_TASK,
    EngineState,
    InkPicture,
    ModelInfo,
    Query,
    Steps,
)


class CharacterRecognizer:
    """A `Recognizer` of single characters.

    Args:
        network: that reads them.
        task: whose labels they are.
    """

    def __init__(self, network: Network, task: str = DEFAULT_TASK) -> None:
        card = network.card
        running = network.running
        self.model = ModelInfo(
            card.id,
            card.version,
            tuple(card.labels_of(task)),
            file=running.file,
            pass_us=running.pass_us,
        )
        self.network = network
        # A raster and a forward pass here take 0.2 ms, less than a switch to a thread and back is
        # worth.
        self.runs_in_place = network.runs_in_place
        self._other = card.other
        self._labels = card.labels
        self._index = {label: card.labels.index(label) for label in self.model.labels}
        self._all = list(self._index.values())
        features = network.local.feature_count
        # A network is taught where it was chosen how, and where the runtime gives its features.
        self._teaching = card.teaching if features and features % SKETCH_SIZE == 0 else None
        self._sketch = Sketch(features) if self._teaching else None

    @classmethod
    def load(
        cls, folder: Path, card: ModelCard | None = None, precision: Precision | None = None
    ) -> "CharacterRecognizer":
        """Load and warm the model in a folder; see `CharacterNetwork.load`.

        Raises:
            WeightsError: see `CharacterNetwork.load`.
        """
        return cls(CharacterNetwork.load(folder, card, precision=precision))

    @property
    def engine(self) -> EngineState | None:
        """The engine that runs its network; see `Recognizer`."""
        return self.network.engine

    def reader(self) -> "CharacterReader":
        """A reader for one drawing, which keeps what it knows of its finished strokes."""
        if self._teaching is None or self._sketch is None:
            return CharacterReader(self)
        return TeachableCharacterReader(self, Examples(self._teaching, self._sketch))

    def label_index(self, label: str) -> int:
        """The place of a label among the model's; KeyError where it is none of them."""
        return self._index[label]

    def recognize_picture(self, picture: InkPicture, query: Query) -> Answer:
        """The answer for a picture of ink, in which the pen's direction is unknown.

        Lines that are too thin for the network are thickened.

        Raises:
            RecognitionError: the network failed.
            ValueError: there is no inked pixel.
        """
        started = time.perf_counter_ns()
        return self.recognize_raster(raster_of(normalise(thickened(picture))), query, started)

    def recognize_raster(
        self,
        raster: Raster,
        query: Query,
        started_ns: int | None = None,
        examples: Examples | None = None,
    ) -> Answer:
        """The answer for a raster.

        Args:
            raster: float32 array of shape (28, 28, 3), from `LiveRaster` or `raster_of`.
            query: what the answer is to be like.
            started_ns: `time.perf_counter_ns()` when the work on the raster began, if it was timed.
            examples: of the hand that drew it, which move final answers alone.

        Raises:
            RecognitionError: the network failed.
            KeyError: a label of the query is not one of the model's.
        """
        rasterized_ns = time.perf_counter_ns()
        if started_ns is None:
            started_ns = rasterized_ns
        head = FINAL if query.final else INTERIM
        # In plain Python: for eleven numbers NumPy's calls take longer than its arithmetic saves.
        likeness = None
        if not examples:
            [output], card = self.network.infer([raster], is_final=query.final)
        else:
            # Who has taught is answered by the local network, whose features tell what is alike;
            # it and an engine's in turn would contradict each other.
            local = self.network.local
            card = local.card
            if query.final:
                output, features = local.logits_and_features(raster)
                likeness = examples.likeness(features)
            else:
                # Half of a digit looks like none that was taught whole.
                output = local.logits(raster)
        logits: list[float] = output[head].tolist()
        calibration = card.final if query.final else card.interim
        highest = max(logits)
        total = sum([math.exp(logit - highest) for logit in logits])
        other = math.exp(logits[self._other] - highest) / total
        indices = self._all
        if query.labels is not None:
            indices = [self._index[label] for label in dict.fromkeys(query.labels)]
        rejected = other > calibration.reject_threshold
        learnt = False
        if likeness:
            logits[likeness.label] += likeness.shift
            if rejected and likeness.is_known:
                rejected, learnt = False, True
        # Shifted by the best of those allowed, however unlikely they all are.
        highest = max([logits[index] for index in indices])
        temperature = calibration.temperature
        weights = [math.exp((logits[index] - highest) / temperature) for index in indices]
        total = sum(weights)
        # A tie goes to the one that comes first.
        best = sorted(range(len(weights)), key=weights.__getitem__, reverse=True)
        if likeness and likeness.label == indices[best[0]] and len(best) > 1:
            ahead = logits[likeness.label] - logits[indices[best[1]]]
            learnt = learnt or ahead < likeness.shift
        labels = self._labels
        alternatives = tuple(
            [
                Alternative(labels[indices[rank]], weights[rank] / total)
                for rank in best[: query.top]
            ]
        )
        inferred_ns = time.perf_counter_ns()
        return Answer(
            alternatives,
            rejected=rejected,
            value=int(best_text) if (best_text := alternatives[0].text).isdecimal() else None,
            timings=Timings(
                preparation_us=(rasterized_ns - started_ns) // 1000,
                inference_us=(inferred_ns - rasterized_ns) // 1000,
            ),
            picture_png=raster_png([raster]) if query.picture else None,
            learnt=learnt,
        )


class CharacterReader:
    """An `InkReader` that draws only strokes which are new."""

    def __init__(self, recognizer: CharacterRecognizer) -> None:
        self._recognizer = recognizer
        self._mended = MendedInk()
        self._raster = LiveRaster()
        self._examples: Examples | None = None

    def steps(self, ink: Ink, query: Query) -> Steps:
        """The answer, in one step."""
        yield from ()
        return self.recognize(ink, query)

    def recognize(self, ink: Ink, query: Query) -> Answer:
        """The answer for the ink as it is now; see `InkReader`."""
        if not ink.finished and ink.open is None:
            return NO_INK
        started = time.perf_counter_ns()
        self._mended.update(ink)
        raster = self._raster.draw(self._mended, dot_size=query.dot_size)
        return self._recognizer.recognize_raster(raster, query, started, self._examples)


class TeachableCharacterReader(CharacterReader):
    """A `TeachableReader` of single characters."""

    def __init__(self, recognizer: CharacterRecognizer, examples: Examples) -> None:
        super().__init__(recognizer)
        self._examples: Examples = examples

    def remember(self, place: int, ink: Ink, label: str, *, dot_size: float) -> None:
        """Learn from an example; see `TeachableReader`."""
        recognizer = self._recognizer
        raster = LiveRaster().draw(mend(ink), dot_size=dot_size)
        _, features = recognizer.network.local.logits_and_features(raster)
        self._examples.remember(place, features, recognizer.label_index(label))

    def forget(self) -> None:
        """Forget all examples."""
        self._examples.forget()
