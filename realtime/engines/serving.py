"""The recognizers of a worker, with the networks that engines run."""

from realtime.config import EngineSettings
from realtime.engines.engine import Engine
from realtime.engines.models import engine_models
from realtime.engines.network import EngineNetwork
from realtime.metrics.service import Metrics
from realtime.recognition.recognizer import DEFAULT_TASK
from realtime.recognition.registry import LINE_TASK, ModelRegistry


def with_engines(
    registry: ModelRegistry, settings: EngineSettings, metrics: Metrics
) -> ModelRegistry:
    """The recognizers, of which those read with engines that the settings say.

    Connections and greenlets are the worker's own: it is called after the fork.

    Raises:
        SettingError: see `engine_models`.
    """
    models = registry.models
    if models is None:
        return registry
    networks: dict[str, EngineNetwork] = {}
    rows = None
    for model in engine_models(models, settings):
        counts = metrics.of_engine(model.task)
        client = model.client(settings.deadline_s)
        engine = Engine(model.task, model.url, client, settings, counts)
        engine.watch()
        networks[model.task] = EngineNetwork(model.local, engine, model.card, counts)
        if model.task == DEFAULT_TASK and model.is_local_network:
            # The weights for rows were fitted with the local network, and hold for no other.
            rows = networks[model.task]
    if not networks:
        return registry
    return ModelRegistry.of(
        models, digits=networks.get(DEFAULT_TASK), rows=rows, lines=networks.get(LINE_TASK)
    )
