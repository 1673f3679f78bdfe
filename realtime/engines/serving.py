"""The recognizers of a worker, with the networks that engines run."""

import logging

from prometheus_client import CollectorRegistry

from realtime.engines.engine import Engine, UnusableEngine
from realtime.engines.metrics import EngineFamilies, EngineMetrics
from realtime.engines.models import TASKS, asked_for, engine_model
from realtime.engines.network import EngineNetwork
from realtime.errors import SettingError
from realtime.recognition.registry import ModelRegistry, Models
from realtime.setting_groups import EngineSettings

# Operators filter by this name.
_log = logging.getLogger("realtime.engines")


def with_engines(
    recognizers: ModelRegistry, settings: EngineSettings, metrics: CollectorRegistry
) -> ModelRegistry:
    """The recognizers, of which those read with engines that the settings say.

    Connections and greenlets are the worker's own: it is called after the fork.
    """
    models = recognizers.models
    if models is None or not settings.has_engine:
        return recognizers
    families = EngineFamilies.create(metrics)
    networks = {
        task: network
        for task in TASKS
        if (network := _network(task, models, settings, families)) is not None
    }
    # The weights for rows were fitted with the local network, and hold for no other.
    rows = {task: network for task, network in networks.items() if network.runs_local_network}
    return ModelRegistry.of(models, networks, rows)


def _network(
    task: str, models: Models, settings: EngineSettings, families: EngineFamilies
) -> EngineNetwork | None:
    try:
        model = engine_model(task, models, settings)
    except SettingError as error:
        # The start was stopped by it, if it was there then. A worker that ended now would end the
        # service.
        _log.error("%s; the local network answers", error)
        url, _, local = asked_for(task, models, settings)
        if local is None:
            return None
        counts = EngineMetrics(task, families)
        unusable = UnusableEngine(url, f"cannot be asked: {error}", counts)
        return EngineNetwork(local, unusable, local.card, counts)
    if model is None:
        return None
    counts = EngineMetrics(task, families)
    client = model.client(settings.deadline_s)
    engine = Engine(task, model.url, client, settings, counts)
    engine.watch()
    return EngineNetwork(model.local, engine, model.card, counts)
