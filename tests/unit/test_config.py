"""Tests of settings: strict casts, and errors that name the variable."""

import pytest

from realtime.config import Settings
from realtime.errors import SettingError


def test_defaults_need_no_environment() -> None:
    assert Settings.from_environment({}) == Settings()


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment(
        {
            "PORT": "81",
            "WEB_CONCURRENCY": "3",
            "INK_IDLE_S": "2.5",
            "INK_SESSIONS": "7",
            "IDLE_S": "1",
        }
    )
    assert (
        settings.server.port,
        settings.server.web_concurrency,
        settings.connection.idle_s,
        settings.connection.sessions,
    ) == (81, 3, 2.5, 7)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("WEB_CONCURRENCY", "0"),
        ("INK_IDLE_S", "-1"),
        ("INK_SESSIONS", "1.5"),
    ],
)
def test_invalid_values_are_refused_by_name(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=variable):
        Settings.from_environment({variable: value})
