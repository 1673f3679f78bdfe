"""The common base of the recognizers of lines, texts and formulas, which read group by group."""

from abc import ABC, abstractmethod

import msgspec

from realtime.recognition.answer import Answer
from realtime.recognition.characters.network import Network
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import (
    DEFAULT_TASK,
    EngineState,
    InkPicture,
    InkReader,
    Query,
)


class GroupRecognizer(ABC):
    """A `Recognizer` that reads ink group by group; one for the whole process.

    Args:
        network: that reads the groups, and pictures of a single character.
        task: whose labels they have.
        unwritten: see `ModelInfo`.
    """

    def __init__(self, network: Network, task: str = DEFAULT_TASK, unwritten: str = "") -> None:
        self._characters = CharacterRecognizer(network, task)
        self.model = msgspec.structs.replace(
            self._characters.model, reads_lines=True, unwritten=unwritten
        )
        # A stroke has two groups on average, and a group takes 0.1 ms in this process.
        self.runs_in_place = network.runs_in_place

    @property
    def engine(self) -> EngineState | None:
        """The engine that runs its network; see `Recognizer`."""
        return self._characters.engine

    @abstractmethod
    def reader(self) -> InkReader:
        """A reader for one drawing, which keeps what it read of groups of finished strokes."""

    def recognize_picture(self, picture: InkPicture, query: Query) -> Answer:
        """The answer for a picture of one character; see `Recognizer`."""
        return self._characters.recognize_picture(picture, query)
