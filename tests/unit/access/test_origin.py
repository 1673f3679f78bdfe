"""Tests of origins: which pages are the service's own, and which it allows."""

import flask
import pytest
from werkzeug.exceptions import Forbidden

from realtime.access.origin import check_origin
from realtime.setting_formats import Origins
from realtime.setting_groups import AccessSettings


def is_allowed(origin: str, host: str, allowed: str = "") -> bool:
    app = flask.Flask(__name__)
    with app.test_request_context("/", headers={"Origin": origin, "Host": host}):
        try:
            check_origin(flask.request, AccessSettings(origins=Origins(allowed)))
        except Forbidden:
            return False
    return True


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://ink.example", "ink.example"),
        ("http://ink.example:8000", "ink.example:8000"),
        # Proxies that add the scheme's port, or keep capitals.
        ("https://ink.example", "ink.example:443"),
        ("http://ink.example", "ink.example:80"),
        ("https://ink.example", "Ink.Example"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("http://my_container:8000", "my_container:8000"),
    ],
)
def test_a_page_from_here_is_let_in(origin: str, host: str) -> None:
    assert is_allowed(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://elsewhere.example", "ink.example"),
        ("http://ink.example", "ink.example:443"),
        ("https://ink.example:8443", "ink.example"),
        ("https://ink.example.elsewhere.example", "ink.example"),
        ("https://ink.example@elsewhere.example", "ink.example"),
        ("null", "ink.example"),
        ("null", "null"),
        ("https://None", ""),
        ("ink.example", "ink.example"),
        ("https://ink.example", "ink.example/?"),
        ("https://[", "["),
    ],
)
def test_other_pages_are_refused(origin: str, host: str) -> None:
    assert not is_allowed(origin, host)


def test_allowed_origins_are_compared_as_browsers_write_them() -> None:
    allowed = "HTTPS://Friend.Example:443/, http://other.example:8080 null"
    for origin in ("https://friend.example", "http://other.example:8080", "null"):
        assert is_allowed(origin, "ink.example", allowed)
    for origin in ("http://friend.example", "https://friend.example:8443"):
        assert not is_allowed(origin, "ink.example", allowed)
    assert is_allowed("https://anybody.example", "ink.example", "*")
