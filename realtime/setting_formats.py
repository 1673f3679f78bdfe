"""Formats of settings that are more than a number: hosts, origins, proxies, Redis, engines.

A format is parsed when it is built; the ValueError that it raises says what would be understood.
"""

import re
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network

# What a page's origin leaves out (RFC 6454, section 6.2).
DEFAULT_PORTS = {"http": 80, "https": 443}
# The word for a proxy that connects over a Unix socket, which has no address.
UNIX = "unix"

# Labels of letters, digits, hyphens and, as in names of containers, underscores. The last one is no
# number, or this would be a mistyped IPv4 address.
_HOST_NAME = re.compile(r"([a-z0-9_-]{1,63}\.)*(?![0-9]+\.?$)[a-z0-9_-]{1,63}\.?", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_PORT = re.compile(r"[0-9]{1,5}")
# Linux's `sun_path`, and the zero that ends it.
_LONGEST_SOCKET_PATH = 107
_SEPARATORS = re.compile(r"[\s,]+")
_TASK_NAME = re.compile(r"[a-z]{1,32}")
# The path of an engine's URL: what a proxy or a router has before the protocol's own paths, and the
# name of the model.
_ENGINE_PATH = re.compile(r"(?P<prefix>(/[\w.~-]+)*)/(?P<model>[\w.-]+)", re.ASCII)


class Host(str):
    """An address or a name to listen on; IPv6 may stand in brackets."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Host":
        """Parse it."""
        host = _address(text) or (text if _HOST_NAME.fullmatch(text) else None)
        if host is None:
            raise ValueError("an address or a host name alone, such as 0.0.0.0, :: or localhost")
        return super().__new__(cls, host)

    @property
    def in_url(self) -> str:
        """As it stands before a port."""
        return f"[{self}]" if ":" in self else str(self)


class ListenAddress(str):
    """An address with its port, or the path of a Unix socket, to listen on; empty for none.

    Attributes:
        target: the address and the port, or the path; as sockets are bound to it.
    """

    __slots__ = ("target",)
    target: tuple[str, int] | str

    def __new__(cls, text: str = "") -> "ListenAddress":
        """Parse it."""
        path = text.removeprefix(f"{UNIX}:")
        host, _, port = text.rpartition(":")
        # Without brackets nobody can tell the port of an IPv6 address from its end.
        address = _address(host) if host.startswith("[") or ":" not in host else None
        target: tuple[str, int] | str
        if path != text and path.startswith("/") and len(path.encode()) <= _LONGEST_SOCKET_PATH:
            target = path
        elif address and _PORT.fullmatch(port) and 0 < int(port) < 2**16:
            target = (address, int(port))
        elif text:
            raise ValueError("an address and a port such as 127.0.0.1:9091, or unix:/path")
        else:
            target = ""
        new = super().__new__(cls, text)
        new.target = target
        return new

    def is_name(self, name: object) -> bool:
        """Whether this is the name of a socket, as `getsockname()` gives it."""
        if isinstance(name, tuple) and isinstance(self.target, tuple):
            return (ip_address(name[0]), name[1]) == (ip_address(self.target[0]), self.target[1])
        return name == self.target


class Origins(frozenset[str]):
    """Origins of pages as browsers write them, `https://a.example`; or `*` for any."""

    def __new__(cls, text: str = "") -> "Origins":
        """Parse a list, separated by spaces or commas."""
        return super().__new__(cls, map(_origin, _words(text)))


class Proxies:
    """Proxies that are trusted, by address, by network, or as those on a Unix socket.

    Attributes:
        networks: all of them, for a peer that connects.
        hops: those that may also have forwarded for each other. A network of all addresses is not
            among them: it means whoever connects, and would take clients for proxies.
        unix: whether those are trusted that connect over a Unix socket.
    """

    __slots__ = ("hops", "networks", "unix")

    def __init__(self, text: str = "") -> None:
        """Parse a list, separated by spaces or commas."""
        words = _words(text)
        self.networks = tuple(_network(word) for word in words if word.lower() != UNIX)
        self.hops = tuple(network for network in self.networks if network.prefixlen)
        self.unix = len(self.networks) < len(words)


class TaskNames(tuple[str, ...]):
    """Names of what ink is read as, such as `line text`; which there are, the models say."""

    __slots__ = ()

    def __new__(cls, text: str = "") -> "TaskNames":
        """Parse a list, separated by spaces or commas."""
        words = _words(text)
        for word in words:
            if not _TASK_NAME.fullmatch(word):
                raise ValueError(f"names of tasks, such as digit line; {word} is none")
        return super().__new__(cls, words)


class RedisURL(str):
    """Where a Redis is, as its clients write it; empty for none."""

    __slots__ = ()

    def __new__(cls, text: str = "") -> "RedisURL":
        """Check it; no connection is made."""
        try:
            url = urlsplit(text)
            is_known = not text or (
                (url.scheme in ("redis", "rediss") and url.hostname and url.port != 0)
                or (url.scheme == "redis+unix" and url.path)
            )
        except ValueError:  # a port that is no number, half a bracket
            is_known = False
        if not is_known or re.search(r"\s", text):
            raise ValueError("a URL such as redis://host:6379")
        return super().__new__(cls, text)


class EngineAddress(NamedTuple):
    """Where an engine serves a model.

    Attributes:
        is_secure: whether over TLS.
        host: an address or a name.
        port: its port.
        prefix: what comes before the paths of the protocol; empty, or it begins with a slash.
        model: the name of the model.
    """

    is_secure: bool
    host: str
    port: int
    prefix: str
    model: str


class EngineURL(str):
    """A model of an engine that speaks the Open Inference Protocol over HTTP; empty for none.

    `oip+http://host:8000/model`, or with `oip+https`.
    """

    __slots__ = ()

    def __new__(cls, text: str = "") -> "EngineURL":
        """Check it; no connection is made."""
        if text and _engine_address(text) is None:
            raise ValueError("a URL such as oip+http://host:8000/model")
        return super().__new__(cls, text)

    @property
    def address(self) -> EngineAddress:
        """Its parts.

        Raises:
            ValueError: it is empty.
        """
        address = _engine_address(self)
        if address is None:
            raise ValueError("an empty URL has no parts")
        return address


def plain_origin(text: str) -> str | None:
    """A page's origin as browsers write it, without capitals or a default port; None if it is none.

    What a server calls its own host may have both.
    """
    try:
        url = urlsplit(text)
        host, port = (url.hostname or "").lower(), url.port
    except ValueError:
        return None
    if not _SCHEME.fullmatch(url.scheme) or url.path not in ("", "/") or re.search("[@?#]", text):
        return None
    address = _address(host)
    if address is None and not _HOST_NAME.fullmatch(host):
        return None
    host = f"[{address}]" if address and ":" in address else address or host
    is_default = port is None or port == DEFAULT_PORTS.get(url.scheme)
    return f"{url.scheme}://{host}" if is_default else f"{url.scheme}://{host}:{port}"


def _engine_address(text: str) -> EngineAddress | None:
    """The parts of an engine's URL; None where it is none."""
    try:
        url = urlsplit(text)
        host, port = (url.hostname or "").lower(), url.port
    except ValueError:  # a port that is no number, half a bracket
        return None
    scheme = url.scheme.removeprefix("oip+")
    path = _ENGINE_PATH.fullmatch(url.path)
    if url.scheme == scheme or scheme not in DEFAULT_PORTS or not path or port == 0:
        return None
    # Whoever needs a password has it in the log otherwise.
    if re.search(r"[@?#\s]", text):
        return None
    known_host = _address(host) or (host if _HOST_NAME.fullmatch(host) else None)
    if known_host is None:
        return None
    port = port or DEFAULT_PORTS[scheme]
    return EngineAddress(scheme == "https", known_host, port, path["prefix"], path["model"])


def _origin(word: str) -> str:
    if word in ("*", "null"):  # browsers name a sandboxed frame and a file "null"
        return word
    origin = plain_origin(word)
    if origin is None or origin.startswith(("ws://", "wss://")):
        raise ValueError(f"origins of pages, such as https://a.example, or *; {word} is none")
    return origin


def _network(word: str) -> Network:
    try:
        network = ip_network(word)
    except ValueError as error:
        expected = f"addresses or networks, such as 10.0.0.0/8, or {UNIX}; {error}"
        raise ValueError(expected) from error
    mapped = network.network_address
    if isinstance(mapped, IPv6Address) and mapped.ipv4_mapped and network.prefixlen >= 96:
        return IPv4Network((mapped.ipv4_mapped, network.prefixlen - 96))
    return network


def _address(text: str) -> str | None:
    """An address in its short form; None for any other text, and for an address of one link."""
    try:
        address = ip_address(text[1:-1] if text.startswith("[") and text.endswith("]") else text)
    except ValueError:
        return None
    return None if isinstance(address, IPv6Address) and address.scope_id else str(address)


def _words(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(text) if word]
