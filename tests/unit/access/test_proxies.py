"""Tests of forwarded headers: the client, and what the first trusted proxy says of it."""

import flask
import pytest

from realtime.access.proxies import ForwardedClient, forwarded_client, trust_proxies
from realtime.setting_formats import Proxies
from realtime.setting_groups import AccessSettings

PROXIES = Proxies("10.0.0.0/24, 2001:db8:ffff::7, unix")


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ([], ForwardedClient(None, 1)),
        (["203.0.113.1"], ForwardedClient("203.0.113.1", 1)),
        (["203.0.113.1:5000"], ForwardedClient("203.0.113.1", 1)),
        (["::ffff:203.0.113.1"], ForwardedClient("203.0.113.1", 1)),
        (["2001:db8::1"], ForwardedClient("2001:db8::1", 1)),
        (["[2001:db8::1]"], ForwardedClient("2001:db8::1", 1)),
        (["[2001:db8::1]:5000"], ForwardedClient("2001:db8::1", 1)),
        # What stands before the client's address is a claim.
        (["198.51.100.1", "203.0.113.1"], ForwardedClient("203.0.113.1", 1)),
        (["10.0.0.1", "203.0.113.1"], ForwardedClient("203.0.113.1", 1)),
        (["198.51.100.1", "203.0.113.1", "10.0.0.1"], ForwardedClient("203.0.113.1", 2)),
        (["203.0.113.1", "[2001:db8:ffff::7]:1", "10.0.0.1"], ForwardedClient("203.0.113.1", 3)),
        (["203.0.113.1", "unix:"], ForwardedClient("203.0.113.1", 2)),
        # One of the proxies is the client itself.
        (["10.0.0.2", "10.0.0.1"], ForwardedClient("10.0.0.2", 2)),
        (["unknown"], ForwardedClient(None, 1, "unknown")),
        (["203.0.113.1", "_hidden", "10.0.0.1"], ForwardedClient("10.0.0.1", 2, "_hidden")),
        (["[2001:db8::1"], ForwardedClient("2001:db8::1", 1)),
        (["203.0.113.1:50:60"], ForwardedClient(None, 1, "203.0.113.1:50:60")),
        ([""], ForwardedClient(None, 1, "")),
    ],
)
def test_the_client_is_the_last_that_is_no_proxy(
    named: list[str], expected: ForwardedClient
) -> None:
    assert forwarded_client(named, PROXIES) == expected


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "::/0", "0.0.0.0/0 ::/0"])
def test_a_network_of_all_addresses_is_whoever_connects(everybody: str) -> None:
    """It takes no client for a further proxy, who could then claim any address."""
    named = ["198.51.100.1", "203.0.113.1"]
    assert forwarded_client(named, Proxies(everybody)) == ForwardedClient("203.0.113.1", 1)


@pytest.mark.parametrize(
    ("hosts", "schemes"),
    [
        ("ink.example", "https"),
        # The second proxy sets it anew, or adds what it saw itself.
        ("ink.example, inner:8080", "https, http"),
        ("claim.example, ink.example, inner:8080", "ftp, https, http"),
    ],
)
def test_host_and_scheme_are_those_of_the_first_trusted_proxy(hosts: str, schemes: str) -> None:
    app = flask.Flask(__name__)
    app.wsgi_app = trust_proxies(  # type: ignore[assignment,method-assign]
        app.wsgi_app, AccessSettings(proxies=PROXIES)
    )

    @app.get("/")
    def seen() -> list[str | None]:
        return [flask.request.remote_addr, flask.request.host, flask.request.scheme]

    headers = {
        "X-Forwarded-For": "198.51.100.1, 203.0.113.1, 10.0.0.7",
        "X-Forwarded-Host": hosts,
        "X-Forwarded-Proto": schemes,
    }
    client = app.test_client()
    trusted = client.get("/", headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    assert trusted.get_json() == ["203.0.113.1", "ink.example", "https"]
    for address in ("192.0.2.1", "::1"):
        other = client.get("/", headers=headers, environ_base={"REMOTE_ADDR": address})
        assert other.get_json() == [address, "localhost", "http"]
