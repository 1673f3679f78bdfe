"""How gunicorn serves the recognizer: `gunicorn -c gunicorn.conf.py`."""

from realtime.server.gunicorn_conf import *  # noqa: F403  # gunicorn reads settings and hooks here
