"""Settings from the environment, cast strictly: junk stops the start with the variable's name.

Each setting is named as its field is, in capitals and with the prefix `INK_`; `HOST`, `PORT` and `WEB_CONCURRENCY` go by the names
that hosting platforms give them.
"""

import os
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated

import msgspec

from realtime.errors import SettingError

Positive = Annotated[int, msgspec.Meta(gt=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]

_UNPREFIXED = ("host", "port", "web_concurrency")
_ROOT = Path(__file__).resolve().parent.parent


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """All settings; the defaults suit a machine on the open internet."""

    host: str = "0.0.0.0"  # noqa: S104  # a container or platform reaches the server from outside; so does a phone at home
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8000
    # One worker a core: a worker is one thread, and sessions on it take turns.
    web_concurrency: Positive = os.cpu_count() or 1
    weights: str = str(_ROOT / "weights")
    # Origins that may open a session, "https://a.example https://b.example"; empty means the page's own, "*" any.
    origins: str = ""
    # Who knows it may use the service, everybody without one. In the subprotocol of a WebSocket it has to be a word.
    token: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._~-]*$", max_length=256)] = ""
    # Addresses and networks of the proxies whose X-Forwarded-For, -Proto and -Host are believed, "10.0.0.0/8 ::1".
    proxies: str = ""

    # 20,000 points are seven minutes of a pen that never leaves the paper, at 50 points a second.
    session_points: Positive = 20_000
    # A page of handwriting; a digit has one to three.
    session_strokes: Positive = 500
    # A session at its limit of points fits in one `ink` message, at up to 25 bytes a point.
    message_bytes: Positive = 512 * 1024
    # A stroke in one message, three minutes long. A hundred such messages are worked on in a second.
    message_points: Positive = 10_000
    # A pen on the page sends 25 a second, with short strokes 30. 4 kB of a message count as one.
    messages_per_s: Positive = 200
    # A replay as fast as it goes, or all that was drawn on a train in a tunnel.
    messages_burst: Positive = 2_000
    # Sessions a worker takes. One core serves several hundred people who draw; most of those connected do not.
    sessions: Positive = 1_000
    # Of these, from one address (of IPv6, from one /64): a school behind one router, and still only a quarter of the worker.
    address_sessions: Positive = 250
    # An evening at the drawing board. A page reconnects with all its ink, perhaps to a worker that has less to do.
    session_s: Seconds = 4 * 3600.0
    # Long enough to think, short enough to be rid of forgotten tabs, which reconnect when they draw again.
    idle_s: Seconds = 900.0
    # Proxies cut silent connections after 60 s (nginx); some mobile networks sooner.
    ping_s: Seconds = 20.0
    # A reader that takes nothing at all for so long is gone or means harm.
    send_s: Seconds = 8.0
    # Until the last session is told to go elsewhere and the worker ends.
    drain_s: Seconds = 10.0

    # For the head of a request, for its body and answer, and for a message to be whole: a photograph over a slow line.
    request_s: Seconds = 30.0

    # A phone's photograph.
    image_bytes: Positive = 10 * 1024 * 1024
    # The same; 16 megapixels of grey are 16 MB of memory while one image is worked on.
    image_pixels: Positive = 16_000_000
    # Answers to images seen before, a few hundred bytes each.
    image_cache: Positive = 512
    # Of one address. A photograph takes a tenth of a second of the worker, so that this is a sixth of its time.
    images_per_minute: Positive = 100
    # Where those are counted, "redis://host:6379"; without it each worker counts for itself.
    redis: str = ""

    # Folder into which sessions are recorded (session files, for testers), with all ink; empty means none is.
    recordings: str = ""
    # Size of one of them; what comes after is drawn and answered, but no longer recorded.
    recording_bytes: Positive = 10 * 1024 * 1024

    # SQLite file that keeps the labelled ink of people who consent; empty means that none is kept.
    kept: str = ""
    # Of all that is kept: fifty thousand digits. A deletion writes the whole file anew, at this size within seconds.
    kept_bytes: Positive = 256 * 1024 * 1024
    # Of one piece. The largest drawing is half of that as one `ink` message; a digit with all its messages and answers is 25 kB.
    piece_bytes: Positive = 1024 * 1024
    # From one address: a class of thirty that corrects two digits a minute each.
    pieces_per_minute: Positive = 60
    # From one address; nobody needs a second one, and each is seconds of the disk.
    deletions_per_minute: Positive = 10

    @property
    def proxy_networks(self) -> list[IPv4Network | IPv6Network]:
        """`proxies`, parsed."""
        return [ip_network(network) for network in self.proxies.split()]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Read the settings.

        Raises:
            SettingError: a value is not of the setting's type or range.
        """
        values = {}
        for field in msgspec.structs.fields(cls):
            variable = field.name.upper() if field.name in _UNPREFIXED else f"INK_{field.name.upper()}"
            if variable not in environment:
                continue
            try:
                values[field.name] = msgspec.convert(environment[variable], field.type, strict=False)
            except msgspec.ValidationError as error:
                raise SettingError(variable, environment[variable], str(error).removeprefix("Expected ")) from error
        config = cls(**values)
        try:
            _ = config.proxy_networks
        except ValueError as error:
            raise SettingError("INK_PROXIES", config.proxies, "addresses or networks, such as 10.0.0.0/8") from error
        return config
