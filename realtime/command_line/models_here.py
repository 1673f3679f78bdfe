"""The networks of this process, as a server with the same settings has them."""

from pathlib import Path

from realtime.config import Settings
from realtime.recognition.registry import ModelRegistry, ModelSource


def load_models(settings: Settings) -> ModelRegistry:
    """Load the networks that the settings name.

    Raises:
        WeightsError: they do not belong together.
    """
    server = settings.server
    return ModelRegistry.load(ModelSource(Path(server.weights), server.precision, server.models))
