"""What the page and the service do, read from where it stands, so that no copy of it grows old."""

import re
from dataclasses import dataclass

from realtime.errors import RETRY_AFTER_S
from realtime.server import worker
from realtime.setting_groups import ConnectionLimits
from tests.support.files import ROOT

ELEMENT = ROOT / "web" / "element"


@dataclass(frozen=True)
class PageConstants:
    """How the page reconnects; seconds."""

    first_wait_s: float
    longest_wait_s: float
    answer_wait_s: float


def page_constants() -> PageConstants:
    """The constants of `backoff.js` and `socket.js`.

    Raises:
        ValueError: one of them is no longer there.
    """
    return PageConstants(
        _milliseconds("backoff.js", "FIRST_WAIT_MS") / 1e3,
        _milliseconds("backoff.js", "LONGEST_WAIT_MS") / 1e3,
        _milliseconds("socket.js", "ANSWER_WAIT_MS") / 1e3,
    )


def _milliseconds(file: str, name: str) -> float:
    found = re.search(rf"^const {name} = ([\d_]+);", (ELEMENT / file).read_text(), re.MULTILINE)
    if not found:
        raise ValueError(f"{file} has no constant {name}")
    return float(found[1].replace("_", ""))


@dataclass(frozen=True)
class ServiceConstants:
    """How a worker lets people in; seconds."""

    sessions: int = ConnectionLimits().sessions
    retry_after_s: float = RETRY_AFTER_S
    accepted_at_once: int = worker.ACCEPTED_AT_ONCE
    accept_delay_s: float = worker.LONGEST_ACCEPT_DELAY_S
    # What a recognizer promises of the steps of a long answer (`Recognizer.steps`), between which
    # others are served: a few milliseconds.
    step_s: float = 0.003
    # gunicorn's own default, which the configuration leaves.
    backlog: int = 2048
