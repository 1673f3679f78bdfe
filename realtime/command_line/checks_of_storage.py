"""Folders that are written, and the Redis that counts."""

import tempfile
from pathlib import Path

from realtime.command_line.finding import Finding, Findings, State, wrong_setting
from realtime.config import Settings, variable_name
from realtime.errors import SettingError
from realtime.free_space import write_failure
from realtime.http.shared_counts import SharedCounts
from realtime.recordings.recorder import check_folder, missing_folder
from realtime.samples.store import SampleStore
from realtime.server.startup import check_worker_folder, find_worker_folder
from realtime.setting_groups import RateLimitStorage, SampleSettings


def check_folders(settings: Settings) -> Findings:
    """Whether there is room for temporary files, samples and recordings."""
    yield from _temporary_files(settings)
    yield from _samples(settings)
    yield from _recordings(settings)


def _temporary_files(settings: Settings) -> Findings:
    workers = settings.server.web_concurrency
    folder = find_worker_folder(workers)
    try:
        check_worker_folder(folder, workers)
    except SettingError as error:
        advice = "make /dev/shm or the folder in TMPDIR writable, with room for that"
        message = f"workers have nowhere to count and to show that they live: {error.expected}"
        yield Finding(State.WRONG, "temporary files", message, advice)
        return
    if failure := write_failure(None, settings.images.image_bytes):
        message = f"pictures of more than half a megabyte wait in memory: {failure}"
        advice = "set TMPDIR to a folder that can be written, with room for some pictures"
        yield Finding(State.WARNING, "temporary files", message, advice)
        return
    message = f"workers write to {folder}, pictures wait in {tempfile.gettempdir()}"
    yield Finding(State.FINE, "temporary files", message)


def _samples(settings: Settings) -> Findings:
    database = settings.samples.database
    if not database:
        return
    variable = variable_name(SampleSettings.database)
    try:
        # One that is not there would be made.
        if Path(database).exists():
            SampleStore(settings.samples).check()
        elif failure := write_failure(str(Path(database).parent), 0):
            expected = f"a file in a folder that can be written: {failure}"
            raise SettingError(variable, database, expected)
    except SettingError as error:
        yield wrong_setting("samples", error)
        return
    yield Finding(State.FINE, "samples", f"{database} can be written")


def _recordings(settings: Settings) -> Findings:
    if not settings.recordings.folder:
        return
    try:
        check_folder(settings.recordings)
    except SettingError as error:
        yield wrong_setting("recordings", error)
        return
    if missing := missing_folder(settings.recordings):
        yield Finding(State.WARNING, "recordings", f"there is no {missing}", "make room there")
        return
    yield Finding(State.FINE, "recordings", f"{settings.recordings.folder} can be written")


def check_redis(settings: Settings) -> Findings:
    """Whether the Redis that counts requests answers, where there is to be one."""
    if not settings.rate_limits.redis:
        return
    if missing := SharedCounts(settings.rate_limits).missing():
        variable = variable_name(RateLimitStorage.redis)
        advice = f"start it, or set {variable} to where it is"
        yield Finding(State.WARNING, "Redis", f"missing: {missing}", advice)
        return
    yield Finding(State.FINE, "Redis", "it answers")
