"""Who may read `/metrics` on the service's own address."""

import flask
from werkzeug.exceptions import Forbidden

from realtime.access.client_address import parse_address
from realtime.access.proxies import is_forwarded
from realtime.access.token import check_token
from realtime.config import variable_name
from realtime.setting_groups import AccessSettings, ServerSettings


def check_scrape(request: flask.Request, settings: AccessSettings) -> None:
    """Refuse whom the metrics are not for.

    Where there is a token it decides. Otherwise the metrics are for the machine and its private
    network: for nobody who comes through a proxy, over a Unix socket, where only proxies are, or
    from an address of the internet.

    Raises:
        werkzeug.exceptions.Unauthorized: the token is missing or wrong.
        werkzeug.exceptions.Forbidden: there is no token, and the request comes from afar.
    """
    check_token(request, settings)
    if settings.token:
        return
    address = parse_address(request.remote_addr or "")
    if is_forwarded(request.environ) or address is None or address.is_global:
        raise Forbidden(
            "metrics are for direct requests from private addresses; "
            f"{variable_name(ServerSettings.metrics_bind)} gives them an address of their own, "
            f"and {variable_name(AccessSettings.token)} lets those in who present it"
        )
