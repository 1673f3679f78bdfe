"""What is known of the models that this process has loaded."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from realtime.command_line.models_here import load_models
from realtime.command_line.multiply_adds import multiply_adds
from realtime.config import Settings
from realtime.recognition.characters.runtime import run_fastest
from realtime.recognition.model_card import MODEL_CARD, read_card_file
from realtime.recognition.tasks import TASKS


class LoadedModel(Struct, frozen=True, kw_only=True):
    """What ink can be read as, and the network that reads it.

    Attributes:
        task: what ink is read as.
        model: name of the network.
        version: the date of its training.
        labels: what it can read.
        file: of weights, the one that answers.
        bytes: its size.
        multiply_adds: of a forward pass; None where nobody can count them.
        pass_us: µs of CPU time of a forward pass here, the least of several.
        card: the path of the model card: to read, or else to parse.
    """

    task: str
    model: str
    version: str
    labels: Sequence[str]
    file: str
    bytes: int
    multiply_adds: int | None
    pass_us: float
    card: str


def loaded_models(settings: Settings) -> list[LoadedModel]:
    """The models that the settings name.

    Raises:
        WeightsError: they cannot be loaded.
    """
    registry = load_models(settings)
    weights = Path(settings.server.weights)
    folders = {read_card_file(path).task: path.parent for path in weights.glob(f"*/{MODEL_CARD}")}
    found = []
    for task, recognizer in registry.by_task.items():
        folder, model = folders[TASKS[task].network], recognizer.model
        path = folder / model.file
        content = path.read_bytes()
        readable = folder / "MODEL_CARD.md"
        pass_us = model.pass_us.get(model.file)
        if pass_us is None:
            # Only one file can be run here, so that none was measured at the start.
            shape = read_card_file(folder / MODEL_CARD).input_shape
            pass_us = run_fastest({path.name: content}, [path.name], shape).pass_us[path.name]
        found.append(
            LoadedModel(
                task=task,
                model=model.id,
                version=model.version,
                labels=model.labels,
                file=model.file,
                bytes=len(content),
                multiply_adds=multiply_adds(content),
                pass_us=pass_us,
                card=str(readable if readable.exists() else folder / MODEL_CARD),
            )
        )
    return found
