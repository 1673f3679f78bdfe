"""How gunicorn serves the recognizer: `gunicorn -c gunicorn.conf.py`."""

import gc
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import gevent

from realtime.config import Config
from realtime.errors import RealtimeError, SettingError, WeightsError
from realtime.kept import Kept
from realtime.page import shared_page
from realtime.recognizer import shared_recognizer

try:
    settings = Config.from_environment()
except RealtimeError as error:
    sys.exit(f"not started: {error}")

wsgi_app = "realtime.app:from_environment()"
worker_class = "realtime.worker.Worker"
bind = f"{settings.host}:{settings.port}"
workers = settings.web_concurrency
# Above our own cap on sessions, so that a full server can still say so, and answer /healthz.
worker_connections = settings.sessions + 200
graceful_timeout = int(settings.drain_s)
# After a WebSocket the connection must not be read as HTTP again.
keepalive = 0
# Ends workers with all their sessions; see gunicorn issues 2297 and 3227.
max_requests = 0
# Heartbeat files on a disk can block a worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# gunicorn's own reading of X-Forwarded-Proto believes the local machine if not told otherwise.
forwarded_allow_ips = ",".join(settings.proxies.split())
# Nothing here is steered at run time.
control_socket_disable = True
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "propagate": True}},
}


def on_starting(server):
    """Load and warm the network in the master, so that all workers share its memory."""
    if server.cfg.is_ssl:
        # `realtime/socket.py` reads the file descriptor itself.
        sys.exit("not started: this server speaks plain HTTP; TLS is for a proxy in front of it")
    try:
        card = shared_recognizer(Path(settings.weights)).card
        if settings.kept:
            Kept(settings).check()
    except (WeightsError, SettingError) as error:
        sys.exit(f"not started: {error}")
    shared_page()
    server.log.info("model %s %s loaded", card.id, card.version)
    # Workers count into files there; without a disk's delays, and gone when the service ends.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="ink-metrics-", dir=worker_tmp_dir)


def on_reload(server):
    """On SIGHUP: new workers get the page and the weights that are there now; if these are no good, the old ones."""
    shared_page(reload=True)
    try:
        card = shared_recognizer(Path(settings.weights), reload=True).card
        server.log.info("model %s %s loaded", card.id, card.version)
    except WeightsError as error:
        server.log.error("the old weights stay: %s", error)


def when_ready(server):
    """Tell a person where to look."""
    host = "localhost" if settings.host in ("0.0.0.0", "127.0.0.1") else settings.host  # noqa: S104
    server.log.info("open http://%s:%s/ and draw a digit", host, settings.port)


def pre_fork(server, worker):
    """What is there now stays: the garbage collector would copy shared pages only to look at them."""
    gc.freeze()


def post_fork(server, worker):
    """Until gunicorn has set up a worker's signals it has the master's, and would forget that it was told to end."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, worker.handle_exit)


def post_worker_init(worker):
    """Send sessions elsewhere as soon as the worker is told to end; gunicorn would wait and then cut them off."""
    from realtime.app import registry_of

    # Nor need it look through the application again and again, for tens of milliseconds each time.
    gc.freeze()

    registry = registry_of(worker.wsgi)

    def drain_at_the_end():
        while worker.alive:
            gevent.sleep(0.1)
        registry.drain()

    gevent.spawn(drain_at_the_end)


def child_exit(server, worker):
    """What a worker had open ended with it."""
    # It looks for the folder when it is imported.
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)


def on_exit(server):
    """Leave nothing behind."""
    shutil.rmtree(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""), ignore_errors=True)
