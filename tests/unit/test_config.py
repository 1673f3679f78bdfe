"""Tests of settings: strict casts, and errors that name the variable."""

import msgspec
import pytest

from realtime.config import Settings, setting_name, variable_name
from realtime.errors import SettingError
from realtime.setting_groups import ImageLimits, RecordingSettings, SampleSettings, ServerSettings
from tests.support.files import ROOT


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


def test_a_setting_is_named_by_its_attribute() -> None:
    assert setting_name(ImageLimits.image_bytes) == "image_bytes"
    assert variable_name(ImageLimits.image_bytes) == "INK_IMAGE_BYTES"
    assert variable_name(ServerSettings.port) == "PORT"
    # The names of these in the environment are older than their fields.
    assert variable_name(SampleSettings.database) == "INK_KEPT"
    assert variable_name(RecordingSettings.folder) == "INK_RECORDINGS"


def test_every_setting_has_a_name_of_its_own() -> None:
    groups = [group.type for group in msgspec.structs.fields(Settings)]
    names = [one.encode_name for group in groups for one in msgspec.structs.fields(group)]
    assert len(names) == len(set(names))
    documented = (ROOT / "docs" / "configuration.md").read_text()
    variables = [
        variable_name(getattr(group, one.name))
        for group in groups
        for one in msgspec.structs.fields(group)
    ]
    assert not [variable for variable in variables if f"`{variable}`" not in documented]
