"""The models that engines run, by the settings: where each is, and what it has to answer.

gunicorn's master looks at each before it forks. What can never work stops the start; an engine that
is not there yet does not.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import gevent
import numpy as np
from gevent.ssl import SSLContext

from realtime.config import variable_name
from realtime.engines.client import EngineClient, Identity
from realtime.engines.http_connection import tls_context
from realtime.errors import EngineError, EngineMismatchError, SettingError, WeightsError
from realtime.recognition.characters.network import HEADS, CharacterNetwork
from realtime.recognition.characters.probe import probe_raster
from realtime.recognition.model_card import ModelCard, read_card_file
from realtime.recognition.recognizer import DEFAULT_TASK
from realtime.recognition.registry import Models
from realtime.recognition.tasks import CHARACTER_TASK, LINE_TASK
from realtime.setting_formats import EngineURL
from realtime.setting_groups import EngineSettings

# In the model cards of the networks that an engine may run.
TASKS = (DEFAULT_TASK, LINE_TASK, CHARACTER_TASK)
# Seconds for each exchange with an engine at the start: nobody draws yet, and some engines take a
# second over the first request.
START_DEADLINE_S = 2.0


class Asked(NamedTuple):
    """What the settings ask an engine for.

    Attributes:
        url: of the model; empty where none is asked for.
        variable: of the setting that says so.
        local: the network that answers in its place, if there is one.
    """

    url: EngineURL
    variable: str
    local: CharacterNetwork | None


class EngineModel(NamedTuple):
    """A model that an engine runs.

    Attributes:
        task: what it reads.
        url: where it is.
        variable: of the setting that says so.
        local: the network that answers in its place.
        card: of the model.
        identity: by what it is known.
        context: of TLS, where the URL asks for it.
    """

    task: str
    url: EngineURL
    variable: str
    local: CharacterNetwork
    card: ModelCard
    identity: Identity
    context: SSLContext | None

    def client(self, deadline_s: float) -> EngineClient:
        """A client of it."""
        return EngineClient(self.url, self.context, self.identity, deadline_s)


def asked_for(task: str, models: Models, settings: EngineSettings) -> Asked:
    """What the settings ask an engine for, to run the network for a task."""
    url, setting = {
        DEFAULT_TASK: (settings.digits, EngineSettings.digits),
        LINE_TASK: (settings.lines, EngineSettings.lines),
        CHARACTER_TASK: (settings.characters, EngineSettings.characters),
    }[task]
    return Asked(url, variable_name(setting), models.networks.get(task))


def engine_model(task: str, models: Models, settings: EngineSettings) -> EngineModel | None:
    """The model that an engine is to run for a task; None where the settings name none.

    Raises:
        SettingError: the card, or the authority's file, is not usable; or there is no such network
            here.
    """
    url, variable, local = asked_for(task, models, settings)
    if not url:
        return None
    if local is None:
        expected = f"a model for task {task!r} to be loaded, which answers in its place"
        raise SettingError(variable, url, expected)
    card, probe = local.card, local.logits(probe_raster()).ravel()
    if task == DEFAULT_TASK and settings.card:
        card = _card(settings.card, local.card)
        probe = np.array(card.probe, np.float32)
    context = _context(settings.authority) if url.address.is_secure else None
    identity = Identity(len(probe), probe)
    return EngineModel(task, url, variable, local, card, identity, context)


def engine_models(models: Models, settings: EngineSettings) -> Iterator[EngineModel]:
    """The models that engines are to run for all tasks.

    Raises:
        SettingError: see `engine_model`.
    """
    for task in TASKS:
        if (model := engine_model(task, models, settings)) is not None:
            yield model


def check_engines(models: Models, settings: EngineSettings) -> Iterator[str]:
    """Look at each engine, and say of those that do not answer why.

    Raises:
        SettingError: see `engine_model`; or an engine serves another model, or is none, or its
            certificate does not fit.
    """
    for model in engine_models(models, settings):
        client = model.client(START_DEADLINE_S)
        try:
            client.identify()
        except EngineMismatchError as error:
            expected = f"an engine that serves the model: this one {error}"
            raise SettingError(model.variable, model.url, expected) from error
        except EngineError as error:
            reason = f"the local network answers, since the engine {error}"
            yield f"{model.variable}={model.url}: {reason}"
        finally:
            client.close()
    if settings.has_engine:
        # A fork shares nothing of an event loop, and the master needs none.
        gevent.get_hub().destroy(destroy_loop=True)


def _context(authority: str) -> SSLContext:
    try:
        return tls_context(authority)
    except OSError as error:
        expected = f"a PEM file with certificates: {error.strerror or error}"
        raise SettingError(variable_name(EngineSettings.authority), authority, expected) from error


def _card(file: str, local: ModelCard) -> ModelCard:
    """The card of another network than the local one, which reads the same.

    Raises:
        SettingError: it cannot be read, or its network reads something else, or is not to be known.
    """

    def refusal(expected: str) -> SettingError:
        return SettingError(variable_name(EngineSettings.card), file, expected)

    try:
        card = read_card_file(Path(file))
    except WeightsError as error:
        raise refusal(f"a model card: {error}") from error
    if card.labels != local.labels or card.rasterizer_version != local.rasterizer_version:
        version = local.rasterizer_version
        labels = " ".join(local.labels)
        raise refusal(f"the card of a network that reads {labels} on rasters of version {version}")
    size = len(HEADS) * (len(card.labels) + 1)
    if card.probe is None or len(card.probe) != size or not np.isfinite(card.probe).all():
        raise refusal(f"a model card whose `probe` has {size} numbers, as `make export` writes it")
    return card
