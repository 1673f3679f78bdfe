"""All that `doctor` looks at, one after the other."""

from collections.abc import Mapping

from realtime.command_line.checks_of_models import check_engine_servers, check_networks
from realtime.command_line.checks_of_settings import check_access, check_limits
from realtime.command_line.checks_of_storage import check_folders, check_redis
from realtime.command_line.checks_of_system import check_addresses, check_memory, check_open_files
from realtime.command_line.finding import Finding, Findings, State, wrong_setting
from realtime.config import Settings, misspelt_variables
from realtime.errors import SettingError


def examine(environment: Mapping[str, str]) -> Findings:
    """Look at everything; with the defaults in the place of settings that cannot be used."""
    usable = dict(environment)
    settings = None
    is_fine = True
    while settings is None:
        try:
            settings = Settings.from_environment(usable)
        except SettingError as error:
            is_fine = False
            yield wrong_setting("setting", error)
            del usable[error.variable]
    for variable, meant in misspelt_variables(environment):
        is_fine = False
        advice = f"{meant} is one: rename it"
        yield Finding(State.WARNING, "setting", f"{variable} is no setting", advice)
    if is_fine:
        yield Finding(State.FINE, "settings", "all are understood")
    for check in (
        check_access,
        check_limits,
        check_addresses,
        check_folders,
        check_redis,
        check_memory,
        check_open_files,
    ):
        yield from check(settings)
    registry = yield from check_networks(settings)
    if registry is not None:
        yield from check_engine_servers(settings, registry)
