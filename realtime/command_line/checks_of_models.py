"""The networks, what runs them, and the engines that are to."""

import importlib
from collections.abc import Generator
from typing import TYPE_CHECKING

from realtime.command_line.finding import Finding, Findings, State, wrong_setting
from realtime.config import Settings, variable_name
from realtime.errors import SettingError, UnknownTaskError, WeightsError
from realtime.package_data import WEB_FOLDER
from realtime.setting_groups import ServerSettings

if TYPE_CHECKING:
    from realtime.recognition.registry import ModelRegistry

_WEIGHTS = variable_name(ServerSettings.weights)
_MODELS = variable_name(ServerSettings.models)


def check_networks(settings: Settings) -> Generator[Finding, None, "ModelRegistry | None"]:
    """Whether the networks can be loaded; returns them if so."""
    if not (WEB_FOLDER / "index.html").is_file():
        message = f"{WEB_FOLDER} holds no page"
        yield Finding(State.WRONG, "page", message, "install the wheel, or check out web/ again")
    if reason := _import_failure("cv2"):
        advice = "install opencv-python-headless as requirements-serve.txt pins it"
        message = f"OpenCV, which draws what networks see, cannot be loaded: {reason}"
        yield Finding(State.WRONG, "OpenCV", message, advice)
        return None
    if reason := _import_failure("ai_edge_litert.interpreter"):
        message = f"OpenCV runs the networks, and takes longer: {reason}"
        advice = "install ai-edge-litert, where there is a package for this system"
        yield Finding(State.WARNING, "LiteRT", message, advice)
    else:
        yield Finding(State.FINE, "LiteRT", "it is there, and OpenCV as well")
    return (yield from _loaded(settings))


def _loaded(settings: Settings) -> Generator[Finding, None, "ModelRegistry | None"]:
    from realtime.command_line.models_here import load_models
    from realtime.recognition.tasks import TASKS

    try:
        registry = load_models(settings)
    except UnknownTaskError as error:
        advice = f"name in {_MODELS} what {_WEIGHTS} has, or leave it out"
        yield Finding(State.WRONG, "networks", str(error), advice)
        return None
    except WeightsError as error:
        advice = f"put the files of one training into {_WEIGHTS}, with their model cards"
        yield Finding(State.WRONG, "networks", str(error), advice)
        return None
    there = registry.by_task
    yield Finding(State.FINE, "networks", f"they read {' '.join(there)}")
    missing = [task for task in TASKS if task not in there]
    if missing and not settings.server.models:
        message = f"nothing in {settings.server.weights} reads {' '.join(missing)}"
        advice = f"put what was fitted for it beside the network, or set {_MODELS}"
        yield Finding(State.WARNING, "networks", message, advice)
    return registry


def check_engine_servers(settings: Settings, registry: "ModelRegistry") -> Findings:
    """Whether inference engines answer and serve these models, where any are to."""
    if not settings.engines.has_engine or registry.models is None:
        return
    from realtime.engines.models import check_engines

    try:
        reasons = list(check_engines(registry.models, settings.engines))
    except SettingError as error:
        yield wrong_setting("engine", error)
        return
    for reason in reasons:
        yield Finding(State.WARNING, "engine", reason, "start it; sessions need not wait for it")
    if not reasons:
        yield Finding(State.FINE, "engine", "it answers, and serves these networks")


def _import_failure(module: str) -> str | None:
    """Why a module cannot be imported; None if it can."""
    try:
        importlib.import_module(module)
    except ImportError as error:
        return str(error)
    return None
