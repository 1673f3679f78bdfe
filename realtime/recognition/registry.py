"""The models of a process: each is loaded and checked before the workers are forked."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from realtime.errors import UnknownTaskError, WeightsError
from realtime.prefork import PreforkCache
from realtime.recognition.characters.network import CharacterNetwork, Network
from realtime.recognition.model_card import MODEL_CARD, ModelCard, Precision, read_model_card
from realtime.recognition.recognizer import (
    DEFAULT_TASK,
    Recognizer,
    Recognizers,
    RowRecognizers,
    default_task,
)
from realtime.recognition.tasks import TASKS, MakeRecognizer, MakeRowRecognizer


class Models(NamedTuple):
    """The networks of a process, and what makes recognizers of them.

    Attributes:
        networks: by the task in their model card.
        recognizers: what makes those of ink, by task.
        rows: the same for rows of characters on pictures.
    """

    networks: Mapping[str, CharacterNetwork]
    recognizers: Mapping[str, MakeRecognizer]
    rows: Mapping[str, MakeRowRecognizer]


class ModelSource(NamedTuple):
    """Where models are, and which are wanted of them.

    Attributes:
        folder: each is in a folder of its own there.
        precision: which file of a network is to answer.
        tasks: those to load models for; empty means all that the folder has models for.
    """

    folder: Path
    precision: Precision = "fastest"
    tasks: tuple[str, ...] = ()


class ModelRegistry:
    """The recognizers of a process; immutable.

    Args:
        recognizers: those of ink.
        rows: those of rows of characters on pictures.
        models: what they were made of, where they may be made anew with other networks.

    Attributes:
        by_task: those of ink.
        rows: those of rows on pictures, by task; a task for which nothing was fitted has none.
    """

    def __init__(
        self,
        recognizers: Recognizers,
        rows: RowRecognizers = MappingProxyType({}),
        models: Models | None = None,
    ) -> None:
        self.models = models
        self.by_task: Recognizers = MappingProxyType(dict(recognizers))
        self.rows: RowRecognizers = MappingProxyType(dict(rows))

    @classmethod
    def load(cls, source: ModelSource) -> "ModelRegistry":
        """Load and check the models in a folder that has one in each of its folders.

        Every model card is checked, also of those that are not loaded.

        Raises:
            UnknownTaskError: there is no model for a task that is wanted.
            WeightsError: none is wanted, and there is none for the default task; or two networks
                are for the same, or for none that is known; or a model cannot be loaded.
        """
        folder, precision, wanted = source
        cards = _cards(folder)
        makers: dict[str, MakeRecognizer] = {}
        rows: dict[str, MakeRowRecognizer] = {}
        networks: dict[str, CharacterNetwork] = {}
        for name, task in TASKS.items():
            if task.network not in cards:
                continue
            path, card = cards[task.network]
            if (maker := task.ink(path, card)) is None:
                continue
            makers[name] = maker
            if (row_maker := task.rows(path, card)) is not None:
                rows[name] = row_maker
        chosen = _chosen(folder, makers, wanted)
        for name in chosen:
            network = TASKS[name].network
            if network not in networks:
                path, card = cards[network]
                networks[network] = CharacterNetwork.load(path, card, precision=precision)
        return cls.of(
            Models(
                networks,
                {name: makers[name] for name in chosen},
                {name: rows[name] for name in chosen if name in rows},
            )
        )

    @classmethod
    def of(
        cls,
        models: Models,
        networks: Mapping[str, Network] = MappingProxyType({}),
        row_networks: Mapping[str, Network] | None = None,
    ) -> "ModelRegistry":
        """The recognizers that some networks make.

        Args:
            models: those of this process.
            networks: run in the place of theirs, by their names there.
            row_networks: the same for rows on pictures; None means those that read ink.
        """
        row_networks = networks if row_networks is None else row_networks
        recognizers = {}
        rows = {}
        for name, make in models.recognizers.items():
            network = TASKS[name].network
            recognizers[name] = make(networks.get(network) or models.networks[network])
            if make_row := models.rows.get(name):
                rows[name] = make_row(row_networks.get(network) or models.networks[network])
        return cls(recognizers, rows, models)

    @property
    def default(self) -> Recognizer:
        """The recognizer of a session that asks for no task."""
        return self.by_task[default_task(self.by_task)]


def _cards(folder: Path) -> Mapping[str, tuple[Path, ModelCard]]:
    """The folder and the card of each network, by the task in its card."""
    known = {task.network for task in TASKS.values()}
    cards: dict[str, tuple[Path, ModelCard]] = {}
    for path in sorted(folder.glob(f"*/{MODEL_CARD}")):
        card = read_model_card(path.parent)
        if card.task not in known:
            names = ", ".join(name for name in TASKS if name in known)
            raise WeightsError(str(path), f"is for task {card.task!r}; known are {names}")
        if card.task in cards:
            raise WeightsError(str(path), f"is a second model for task {card.task!r}")
        cards[card.task] = path.parent, card
    return cards


def _chosen(folder: Path, there: Collection[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """The tasks to load models for, of those that there are."""
    chosen = tuple(dict.fromkeys(wanted))
    for name in chosen:
        if name not in there:
            known = " ".join(there) or "nothing"
            raise UnknownTaskError(str(folder), f"{name!r} is not one of what it reads, {known}")
    if not chosen and DEFAULT_TASK not in there:
        expected = f"{folder.name}/<model>/{MODEL_CARD}"
        reason = f"holds no model for task {DEFAULT_TASK!r}, which is sought as {expected}"
        raise WeightsError(str(folder), reason)
    return chosen or tuple(there)


# gunicorn's master fills it before it forks; workers only read it.
shared_models = PreforkCache(ModelRegistry.load)
