"""Tests of what each setting understands, and of what stops the start with its name."""

import msgspec
import pytest

from realtime.config import Settings, misspelt_variables, variable_name
from realtime.errors import SettingError
from realtime.setting_formats import Host, ListenAddress, Origins, RedisURL
from realtime.setting_groups import (
    AccessSettings,
    EngineSettings,
    RateLimitStorage,
    RecordingSettings,
    SampleSettings,
    ServerSettings,
)

# URLs of no engine.
NO_ENGINES = [
    *("digits", "http://host/digits", "oip+grpc://host:8001/digits", "oip://host/digits", "oip+"),
    *("oip+http:///digits", "oip+http://host", "oip+http://host/", "oip+http://host:8000/digits/"),
    *("oip+http://host:port/digits", "oip+http://host:0/digits", "oip+http://host:99999/digits"),
    *("oip+http://me:pass@host/digits", "oip+http://host/digits?x", "oip+http://host/digits#x"),
    *("oip+http://a b/digits", "oip+http://host/two words", "oip+http://host//digits"),
    *("oip+http://[::1/digits", "oip+http://host/d\u00efgits", "'oip+http://host/digits'"),
    *("oip+http://999.1.1.1/digits", "oip+http://host/digits oip+http://other/digits"),
]
# What is wrong with a number, of any setting.
NO_NUMBERS = ["many", "0", "-1", "nan", "inf", "1e400", "9" * 30, "'5'", " 5", "5 MB", "1_000", "٥"]
REFUSED = {
    ServerSettings.host: [
        *("http://localhost", "localhost:8000", "::1:8000:x", "*", "999.1.1.1", "8000", "a b"),
        *("unix:/run/ink.sock", "fe80::1%eth0", "[::1", '"::"', ",", "a..b"),
    ],
    ServerSettings.port: ["http", "0", "-1", "70000", "8000/tcp", ":8000", "'8000'"],
    ServerSettings.metrics_bind: [
        *("9091", ":9091", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:70000"),
        *("localhost:9091", "::1:9091", "[::1]", "[::1]9091", "127.0.0.1:9091/metrics"),
        *("http://127.0.0.1:9091", "unix:", "unix:metrics.sock", "/run/metrics.sock"),
        *("127.0.0.1:٩٠٩١", "127.0.0.1:+91", "'127.0.0.1:9091'", "unix:/" + "x" * 107),
    ],
    ServerSettings.web_concurrency: ["many", "0", "-2", "1.5", "auto", "100000"],
    AccessSettings.origins: [
        *("a.example", "//a.example", "https:a.example", "https//a.example", "https://"),
        *("https://a.example/page", "https://a.example?x", "https://a.example#", "https:///x"),
        *("https://me@a.example", "https://a.example:port", "https://a.example:70000"),
        *("*.", "*.a.example", "https://*.a.example", "https://.", "https://a..example"),
        *("'https://a.example'", '"*"', "https://a.example; https://b.example", "[*]"),
        *(
            "wss://a.example",
            "ws://a.example",
            "https://bücher.example",
            "https://[::1",
            "file:///",
        ),
    ],
    AccessSettings.token: ["two words", "a\n", "geheim!", "'token'", "a,b", "ä", "x" * 257],
    AccessSettings.proxies: [
        *("my-proxy", "*", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.1:80", "[::1]", "'10.0.0.1'"),
        *("http://10.0.0.1", "unix:/run/nginx.sock", "10.0.0.1; ::1", "10.0.0"),
    ],
    RateLimitStorage.redis: [
        *("localhost", "localhost:6379", "redis:", "redis://", "redis://:6379", "http://localhost"),
        *("redis://host:port", "redis://:pa/ss@host", "memcached://host", "'redis://host'"),
        *("redis://host redis://other", "redis+unix://"),
    ],
    EngineSettings.digits: NO_ENGINES,
    EngineSettings.lines: NO_ENGINES,
    EngineSettings.characters: NO_ENGINES,
    ServerSettings.models: ["Line", "digit;line", "'digit'", "line2", "*", "-", "zéro", "x" * 33],
}
# Whether a path is of use is seen when the service starts (`tests/integration/test_settings.py`).
PATHS = [
    *(ServerSettings.weights, RecordingSettings.folder, SampleSettings.database),
    *(EngineSettings.card, EngineSettings.authority),
]
UNDERSTOOD = [
    *(
        (AccessSettings.origins, value, Origins(expected))
        for value, expected in [
            ("https://a.example/", "https://a.example"),
            ("HTTPS://A.Example", "https://a.example"),
            ("https://a.example:443 http://b.example:80", "https://a.example http://b.example"),
            ("https://a.example:", "https://a.example"),
            ("https://a.example:8443/", "https://a.example:8443"),
            ("https://a.example,https://b.example", "https://a.example https://b.example"),
            (" https://a.example , ,", "https://a.example"),
            ("*,", "*"),
            ("null", "null"),
            ("http://[::0:1]:8000", "http://[::1]:8000"),
            ("http://192.0.2.1", "http://192.0.2.1"),
            ("capacitor://localhost", "capacitor://localhost"),
        ]
    ),
    (ServerSettings.metrics_bind, "[::0:1]:9091", ListenAddress("[::0:1]:9091")),
    (ServerSettings.metrics_bind, "unix:/run/m.sock", ListenAddress("unix:/run/m.sock")),
    (ServerSettings.models, " line, digit", ("line", "digit")),
    (ServerSettings.host, "::", Host("::")),
    (ServerSettings.host, "[::0:1]", Host("::1")),
    (ServerSettings.host, "Localhost", Host("Localhost")),
    (ServerSettings.host, "my_container.internal", Host("my_container.internal")),
    (RateLimitStorage.redis, "rediss://me:secret@host/3", RedisURL("rediss://me:secret@host/3")),
    (RateLimitStorage.redis, "redis+unix:///run/redis", RedisURL("redis+unix:///run/redis")),
]


def settings_by_attribute() -> dict[object, msgspec.structs.FieldInfo]:
    groups = [group.type for group in msgspec.structs.fields(Settings)]
    return {
        getattr(group, one.name): one for group in groups for one in msgspec.structs.fields(group)
    }


def value_of(setting: object, settings: Settings) -> object:
    [value] = [
        getattr(group, one.name)
        for group in (getattr(settings, name) for name in Settings.__struct_fields__)
        for one in msgspec.structs.fields(group)
        if getattr(type(group), one.name) is setting
    ]
    return value


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (variable_name(setting), value)
        for setting in settings_by_attribute()
        if setting not in PATHS
        for value in REFUSED.get(setting, NO_NUMBERS)
    ],
)
def test_what_is_not_understood_stops_the_start_by_name(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=rf"^{variable}=.* is not usable: expected "):
        Settings.from_environment({variable: value})


@pytest.mark.parametrize(("setting", "value", "expected"), UNDERSTOOD)
def test_other_spellings_are_understood(setting: object, value: str, expected: object) -> None:
    settings = Settings.from_environment({variable_name(setting): value})
    assert value_of(setting, settings) == expected


@pytest.mark.parametrize(
    ("value", "name", "others"),
    [
        ("127.0.0.1:9091", ("127.0.0.1", 9091), [("127.0.0.1", 9092), ("127.0.0.2", 9091), ""]),
        ("[::0:1]:9091", ("::1", 9091, 0, 0), [("::", 9091, 0, 0), ("127.0.0.1", 9091)]),
        ("[::ffff:127.0.0.1]:1", ("::ffff:127.0.0.1", 1, 0, 0), [("127.0.0.1", 1)]),
        ("unix:/run/m.sock", "/run/m.sock", ["/run/m", b"", ("127.0.0.1", 9091)]),
        ("", "", [("0.0.0.0", 8000), "/run/ink.sock"]),  # noqa: S104
    ],
)
def test_an_address_is_told_by_the_name_of_its_socket(
    value: str, name: object, others: list[object]
) -> None:
    bind = ListenAddress(value)
    assert bind.is_name(name)
    assert not any(map(bind.is_name, others))


@pytest.mark.parametrize(
    ("value", "networks", "has_unix"),
    [
        ("10.0.0.7 ::1", ["10.0.0.7/32", "::1/128"], False),
        ("10.0.0.0/8,2001:db8::/32,", ["10.0.0.0/8", "2001:db8::/32"], False),
        ("::ffff:10.0.0.0/104", ["10.0.0.0/8"], False),
        ("unix", [], True),
        ("UNIX, 127.0.0.1", ["127.0.0.1/32"], True),
    ],
)
def test_proxies_are_addresses_networks_or_unix(
    value: str, networks: list[str], has_unix: bool
) -> None:
    proxies = Settings.from_environment({"INK_PROXIES": value}).access.proxies
    assert ([str(network) for network in proxies.networks], proxies.unix) == (networks, has_unix)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("oip+http://host:8000/digits", (False, "host", 8000, "", "digits")),
        ("OIP+HTTP://Host/digits", (False, "host", 80, "", "digits")),
        ("oip+https://host/ink/v1.2/digits_2", (True, "host", 443, "/ink/v1.2", "digits_2")),
        ("oip+http://[::0:1]:8000/digits", (False, "::1", 8000, "", "digits")),
        ("oip+http://127.0.0.1:8000/digits", (False, "127.0.0.1", 8000, "", "digits")),
    ],
)
def test_an_engine_is_a_host_and_a_model(value: str, address: tuple[object, ...]) -> None:
    settings = Settings.from_environment({"INK_ENGINE": value})
    assert settings.engines.digits.address == address
    assert not settings.engines.lines


def test_an_empty_variable_is_as_if_it_were_not_set() -> None:
    """Compose files pass empty what nobody has set."""
    environment = {variable_name(setting): "" for setting in settings_by_attribute()}
    assert Settings.from_environment(environment) == Settings()


def test_a_refusal_names_what_there_is_to_choose_from() -> None:
    with pytest.raises(SettingError, match=r"expected one of fastest, float32, int8$"):
        Settings.from_environment({"INK_PRECISION": "INT8"})


def test_a_refusal_shows_no_secret() -> None:
    for variable in ("INK_TOKEN", "INK_REDIS"):
        with pytest.raises(SettingError) as refused:
            Settings.from_environment({variable: "http://:s3cret@host !"})
        assert "s3cret" not in str(refused.value)


def test_a_misspelt_variable_is_found() -> None:
    environment = {
        "INK_PROXY": "x",
        "INK_ORIGIN": "x",
        "INK_IMAGE_PER_MINUTE": "x",
        "INK_TOKEN": "x",
        # What Kubernetes sets where another service is called "ink", and what tests use.
        "INK_PORT": "tcp://10.0.0.1:80",
        "INK_SERVICE_HOST": "10.0.0.1",
        "INK_DATA": "x",
    }
    assert dict(misspelt_variables(environment)) == {
        "INK_PROXY": "INK_PROXIES",
        "INK_ORIGIN": "INK_ORIGINS",
        "INK_IMAGE_PER_MINUTE": "INK_IMAGES_PER_MINUTE",
    }
