"""The settings of the service, read from the environment and checked strictly.

A setting is named as its field is, in capitals and with the prefix `INK_`; `HOST`, `PORT` and
`WEB_CONCURRENCY` go by the names that hosting platforms give them. A variable that is empty is as
if it were not set, as compose files pass what nobody has set. Settings are in groups, and each part
of the service is handed the group that it needs.
"""

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Struct, field

from realtime.errors import SettingError
from realtime.setting_groups import (
    AccessSettings,
    ConnectionLimits,
    DrawingLimits,
    EngineSettings,
    ImageLimits,
    InkFileLimits,
    RateLimitStorage,
    RecordingSettings,
    SampleSettings,
    ServerSettings,
)

_UNPREFIXED = ("host", "port", "web_concurrency")
# What no log may show.
_SECRET = ("token", "redis")


class Settings(Struct, frozen=True, kw_only=True):
    """All settings; the defaults suit a machine on the open internet."""

    server: ServerSettings = field(default_factory=ServerSettings)
    access: AccessSettings = field(default_factory=AccessSettings)
    drawing: DrawingLimits = field(default_factory=DrawingLimits)
    connection: ConnectionLimits = field(default_factory=ConnectionLimits)
    images: ImageLimits = field(default_factory=ImageLimits)
    rate_limits: RateLimitStorage = field(default_factory=RateLimitStorage)
    recordings: RecordingSettings = field(default_factory=RecordingSettings)
    samples: SampleSettings = field(default_factory=SampleSettings)
    ink_files: InkFileLimits = field(default_factory=InkFileLimits)
    engines: EngineSettings = field(default_factory=EngineSettings)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings.

        Raises:
            SettingError: a value is not of the setting's type or range.
        """
        groups = {
            group.name: group.type(**dict(_values(group.type, environment)))
            for group in msgspec.structs.fields(cls)
        }
        return cls(**groups)


def misspelt_variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Variables that are no setting, each with the setting that was probably meant.

    Variables unlike any setting are none of ours: Kubernetes, for example, sets `INK_PORT` where
    another service is called "ink".
    """
    groups = (group.type for group in msgspec.structs.fields(Settings))
    names = [one.encode_name for group in groups for one in msgspec.structs.fields(group)]
    known = [_variable(name) for name in names]
    for variable in sorted(environment.keys() - known):
        if variable.startswith("INK_") and (close := get_close_matches(variable, known, 1, 0.8)):
            yield variable, close[0]


@cache
def setting_name(setting: object) -> str:
    """The name of a setting, given as the attribute of its group: `ImageLimits.image_bytes`.

    A struct's attribute on the class is a descriptor that knows where it belongs, so that no
    setting has to be named by a string that nobody checks.
    """
    descriptor: Any = setting
    for one in msgspec.structs.fields(descriptor.__objclass__):
        if one.name == descriptor.__name__:
            return one.encode_name
    raise LookupError(f"{descriptor!r} is no setting")


def variable_name(setting: object) -> str:
    """The environment variable of a setting, given as for `setting_name`."""
    return _variable(setting_name(setting))


def _variable(name: str) -> str:
    return name.upper() if name in _UNPREFIXED else f"INK_{name.upper()}"


def _values(group: type[Struct], environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The settings of a group that are in the environment, by the names of their fields.

    Raises:
        SettingError: a value is not of the setting's type or range.
    """
    for one in msgspec.structs.fields(group):
        variable = _variable(one.encode_name)
        value = environment.get(variable, "")
        if not value:
            continue
        try:
            yield one.name, msgspec.convert(value, one.type, strict=False, dec_hook=_parse)
        except msgspec.ValidationError as error:
            expected = str(error).removeprefix("Expected ").partition(", got ")[0]
            if get_origin(one.type) is Literal:
                expected = "one of " + ", ".join(get_args(one.type))
            shown = "…" if one.encode_name in _SECRET else value
            raise SettingError(variable, shown, expected) from error


def _parse(kind: type, text: str) -> object:
    """Called by msgspec for types of our own; it turns a ValueError into its ValidationError."""
    return kind(text)
