"""The command `python -m realtime.server.health_check`: whether the service here is ready.

It asks `/readyz` where `HOST` and `PORT` say that the service listens, as a container's health
check, which needs no curl for it. It exits with 0 if the service is ready, and with 1 and the
reason if it is not.
"""

import sys
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address

from realtime.config import Settings
from realtime.errors import SettingError
from realtime.setting_groups import ServerSettings

# Seconds; a worker answers within milliseconds, also while it reads a photograph.
TIMEOUT_S = 3.0


def failure(settings: ServerSettings) -> str | None:
    """Why the service is not ready; None if it is."""
    connection = HTTPConnection(_address(settings.host), settings.port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        text = response.read().decode(errors="replace").strip()
    except (OSError, HTTPException) as error:
        return f"{settings.host}:{settings.port}: {error or type(error).__name__}"
    finally:
        connection.close()
    return None if response.status == 200 else f"{response.status} {text}"


def _address(host: str) -> str:
    """Where a service that listens on a host is reached from here."""
    try:
        address = ip_address(host)
    except ValueError:  # a name
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"


def main() -> None:
    """Exit with 0 if the service is ready, else with a sentence and 1."""
    try:
        settings = Settings.from_environment().server
    except SettingError as error:
        sys.exit(str(error))
    if reason := failure(settings):
        sys.exit(f"not ready: {reason}")


if __name__ == "__main__":
    main()
