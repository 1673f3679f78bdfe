"""gunicorn's configuration: settings from the environment, models loaded before the fork."""

import gc
import math
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import gevent

from realtime.config import Settings, misspelt_variables, variable_name
from realtime.engines.models import check_engines
from realtime.errors import RealtimeError, SettingError, UnknownTaskError, WeightsError
from realtime.http.web_files import shared_web_files
from realtime.metrics.folder import MetricsFolder
from realtime.package_data import WEB_FOLDER
from realtime.processor import instruction_sets
from realtime.recognition.registry import ModelSource, shared_models
from realtime.recordings.recorder import check_folder
from realtime.samples.store import SampleStore
from realtime.server import startup
from realtime.setting_groups import ServerSettings

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter

    from realtime.server.worker import Worker

try:
    settings = Settings.from_environment()
except RealtimeError as error:
    sys.exit(f"not started: {error}")

wsgi_app = "realtime.app:from_environment()"
worker_class = "realtime.server.worker.Worker"
bind = f"{settings.server.host.in_url}:{settings.server.port}"
workers = settings.server.web_concurrency
worker_connections = startup.worker_connections(settings.connection)
graceful_timeout = math.ceil(settings.connection.drain_s)
# After a WebSocket the connection must not be read as HTTP again.
keepalive = 0
# A limit would end workers with all their sessions; see gunicorn issues 2297 and 3227.
max_requests = 0
worker_tmp_dir = startup.find_worker_folder(workers)
# gunicorn's own reading of X-Forwarded-Proto trusts every Unix socket, and refuses what two proxies
# say differently; `realtime/access/proxies.py` reads it.
secure_scheme_headers: dict[str, str] = {}
forwarded_allow_ips = ",".join(map(str, settings.access.proxies.networks))
# Nothing here is controlled at run time.
control_socket_disable = True
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "stream": "ext://sys.stderr",
        }
    },
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "propagate": True}},
}

_source = ModelSource(
    Path(settings.server.weights), settings.server.precision, settings.server.models
)
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


def on_starting(server: "Arbiter") -> None:
    """Load and warm the models in the master, so that all workers share their memory."""
    if server.cfg.is_ssl:
        # `realtime/websocket/connection.py` reads the file descriptor itself.
        sys.exit("not started: this server speaks plain HTTP; TLS is for a proxy in front of it")
    for variable, setting in misspelt_variables(os.environ):
        server.log.warning("%s is no setting; %s is", variable, setting)
    try:
        if server.cfg.bind == [bind]:
            startup.check_host(settings.server.host)
        startup.check_worker_folder(server.cfg.worker_tmp_dir, workers)
        if shortage := startup.raise_open_files(server.cfg.worker_connections):
            server.log.warning("%s", shortage)
        _load_models(server)
        _check_engines(server)
        if settings.samples.database:
            SampleStore(settings.samples).check()
        check_folder(settings.recordings)
    except UnknownTaskError as error:
        sys.exit(f"not started: {variable_name(ServerSettings.models)}: {error}")
    except WeightsError as error:
        sys.exit(f"not started: {variable_name(ServerSettings.weights)}: {error}")
    except SettingError as error:
        sys.exit(f"not started: {error}")
    shared_web_files.get(WEB_FOLDER)


def on_reload(server: "Arbiter") -> None:
    """On SIGHUP, give new workers the page and the models that are there now.

    If the models cannot be loaded the old ones stay.
    """
    shared_web_files.get(WEB_FOLDER, reload=True)
    try:
        _load_models(server, reload=True)
    except WeightsError as error:
        server.log.error("the old weights stay: %s", error)
    _open_metrics_listener(server)


def when_ready(server: "Arbiter") -> None:
    """Prepare the metrics, and log the addresses to open."""
    _open_metrics_listener(server)
    # Workers count into files there; without a disk's delays, and gone when the service ends.
    server.metrics_folder = MetricsFolder(server.cfg.worker_tmp_dir)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(server.metrics_folder.path)
    for listener in server.LISTENERS:
        name = listener.getsockname()
        if settings.server.metrics_bind.is_name(name):
            server.log.info("metrics at %s", settings.server.metrics_bind)
        elif url := startup.url_to_open(name):
            server.log.info("open %s and draw a digit", url)


def pre_fork(_server: "Arbiter", _worker: "Worker") -> None:
    """Hold back what ends a worker until it can obey, and keep what is there in shared memory.

    Garbage collection would copy shared pages to look at them.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    gc.freeze()


def _obey_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)


# gunicorn calls no hook in the master after a fork.
os.register_at_fork(after_in_parent=_obey_signals)


def post_fork(server: "Arbiter", worker: "Worker") -> None:
    """Set a worker's signal handlers early, and take room for its counts.

    Until gunicorn has set them up it has the master's, and would forget that it was told to end.
    """
    for number in ENDING_SIGNALS:
        signal.signal(number, worker.handle_exit)
    _obey_signals()
    _count_into_files(server, worker)


def post_worker_init(worker: "Worker") -> None:
    """Drain the connections as soon as the worker is told to end.

    gunicorn would wait for `graceful_timeout` and then cut them off.
    """
    from realtime.app import open_connections

    # The application need not be garbage-collected either: it takes tens of milliseconds.
    gc.freeze()

    connections = open_connections(worker.wsgi)

    def drain_at_the_end() -> None:
        while worker.alive:
            gevent.sleep(0.1)
        worker.stop_accepting()
        connections.drain()

    gevent.spawn(drain_at_the_end)


def child_exit(server: "Arbiter", worker: "Worker") -> None:
    """Remove the gauges of a worker that ended, and add its counts to those of all such."""
    # prometheus_client looks for the folder when it is imported.
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
    server.metrics_folder.merge_ended(server.WORKERS)


def on_exit(server: "Arbiter") -> None:
    """Remove the files of the metrics."""
    server.metrics_folder.remove()


def _open_metrics_listener(server: "Arbiter") -> None:
    try:
        startup.open_metrics_listener(server, settings.server.metrics_bind)
    except SettingError as error:
        sys.exit(f"not started: {error}")


def _count_into_files(server: "Arbiter", worker: "Worker") -> None:
    """Let a worker count where all are added up, or for itself alone where there is no room."""
    from prometheus_client import values

    if not server.metrics_folder.reserve(worker.pid):
        values.ValueClass = values.MutexValue
        worker.log.warning("no room in %s for a worker's counts", server.metrics_folder.path)


def _check_engines(server: "Arbiter") -> None:
    models = shared_models.get(_source).models
    if models is not None:
        for reason in check_engines(models, settings.engines):
            server.log.warning("%s", reason)


def _load_models(server: "Arbiter", *, reload: bool = False) -> None:
    models = shared_models.get(_source, reload=reload)
    tasks: dict[tuple[str, str, str], list[str]] = {}
    for task, recognizer in models.by_task.items():
        model = recognizer.model
        tasks.setdefault((model.id, model.version, model.file), []).append(task)
    for (model_id, version, file), read in tasks.items():
        pass_us = models.by_task[read[0]].model.pass_us
        measured = ", ".join(f"{name} {us:.0f} µs" for name, us in pass_us.items())
        server.log.info(
            "model %s %s loaded for %s: %s answers%s; the processor has %s",
            *(model_id, version, " and ".join(read), file),
            f", a forward pass takes {measured}" if measured else "",
            " ".join(instruction_sets()) or "no instruction sets that matter",
        )
