"""Origins: pages of other sites must not use the service with their visitor's connection."""

import flask
from werkzeug.exceptions import Forbidden

from realtime.config import variable_name
from realtime.setting_formats import plain_origin
from realtime.setting_groups import AccessSettings


def check_origin(request: flask.Request, settings: AccessSettings) -> None:
    """Refuse pages of other origins. Programs send no Origin.

    Raises:
        werkzeug.exceptions.Forbidden: it is neither the page's own nor an allowed one.
    """
    origin = request.headers.get("Origin")
    if origin and not allowed_origin(request, settings) and not _is_own(origin, request):
        variable = variable_name(AccessSettings.origins)
        raise Forbidden(f"pages of {origin} may not use this server ({variable})")


def allowed_origin(request: flask.Request, settings: AccessSettings) -> str | None:
    """The origin of the requesting page, if it is one of the `origins` setting."""
    origin, allowed = request.headers.get("Origin"), settings.origins
    return origin if origin and ("*" in allowed or origin in allowed) else None


def _is_own(origin: str, request: flask.Request) -> bool:
    """Whether a page came from here: from the host that the request names.

    Some proxies add the default port to that name, or leave capitals in it. Its scheme is the
    page's, since a proxy that ends TLS may not tell.
    """
    host = request.headers.get("Host")
    scheme = origin.partition("://")[0]
    own = plain_origin(origin)
    return bool(host and own) and own == plain_origin(f"{scheme}://{host}")
