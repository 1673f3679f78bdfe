"""Origins: pages of other sites must not use the service with their visitor's connection."""

from urllib.parse import urlsplit

import flask
from werkzeug.exceptions import Forbidden

from realtime.config import AccessSettings, variable_name


def check_origin(request: flask.Request, settings: AccessSettings) -> None:
    """Refuse pages of other origins. Programs send no Origin.

    Raises:
        werkzeug.exceptions.Forbidden: it is neither the page's own nor an allowed one.
    """
    origin = request.headers.get("Origin")
    if origin and not allowed_origin(request, settings) and _host(origin) != request.host:
        variable = variable_name(AccessSettings.origins)
        raise Forbidden(f"pages of {origin} may not use this server ({variable})")


def allowed_origin(request: flask.Request, settings: AccessSettings) -> str | None:
    """The origin of the requesting page, if it is one of the `origins` setting."""
    origin, allowed = request.headers.get("Origin"), settings.allowed_origins
    return origin if origin and ("*" in allowed or origin in allowed) else None


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
