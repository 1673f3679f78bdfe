"""How many machines a crowd needs, from what one person was measured to cost.

Arithmetic alone: nothing here is measured, and every assumption is a constant with its reason.
"""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.capacity.constants import ServiceConstants
from benchmarks.service.traffic import HEADER_BYTES

# A machine as every cloud has it.
CORES, MEMORY_BYTES = 8, 16e9
# For the system, its caches, and whoever logs in to look.
SYSTEM_BYTES = 2e9
# What of its cores a machine may use on a quiet day: without one region of four it is 80 %.
USED = 0.6
REGIONS = 4
# A machine that fails is no reason to be out of service.
FEWEST_MACHINES = 2
CROWDS = {"1,000": 1_000, "100,000": 100_000, "10 million": 10_000_000}

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Person:
    """What somebody who draws costs, by what they draw and what they are told."""

    name: str
    strokes_per_s: float
    stroke_cpu_s: float
    proxy_stroke_cpu_s: float
    session_bytes: float
    sent_bytes_per_s: float
    received_bytes_per_s: float

    @property
    def cpu(self) -> float:
        """Cores of a machine of the service."""
        return self.strokes_per_s * self.stroke_cpu_s

    @property
    def proxy_cpu(self) -> float:
        """Cores of a proxy."""
        return self.strokes_per_s * self.proxy_stroke_cpu_s

    @property
    def people_a_machine(self) -> int:
        """How many a machine serves: the least of what CPU, memory and settings allow."""
        return math.floor(min(self.limits().values()))

    def limits(self) -> dict[str, float]:
        """How many a machine serves by each of its limits."""
        return {
            "CPU": CORES * USED / self.cpu,
            "memory": (MEMORY_BYTES - SYSTEM_BYTES) / self.session_bytes,
            "INK_SESSIONS": float(CORES * ServiceConstants().sessions),
        }

    @property
    def people_a_proxy(self) -> int:
        """How many a machine serves that does nothing but TLS and passing on."""
        return math.floor(CORES * USED / self.proxy_cpu)

    @property
    def people_beside_their_proxy(self) -> int:
        """How many a machine serves that has its own proxy on it."""
        return math.floor(
            min(CORES * USED / (self.cpu + self.proxy_cpu), self.limits()["INK_SESSIONS"])
        )


@dataclass(frozen=True)
class Measured:
    """The files that figures come from."""

    bench: Figures
    bench_machine: str
    extra: Figures
    extra_machine: str
    date: str
    storm_people: int

    @classmethod
    def read(cls, folder: Path) -> "Measured":
        """`bench.json` (medians of its rounds) and `capacity.json`."""
        bench = _read(folder / "bench.json")
        extra = _read(folder / "capacity.json")
        medians = {
            name: statistics.median(one[name] for one in bench["rounds"])
            for name in bench["rounds"][0]
        }
        return cls(
            bench=medians,
            bench_machine=bench["machine"],
            extra=extra["figures"],
            extra_machine=extra["machine"],
            date=extra["date"],
            storm_people=extra["storm_people"],
        )

    def people(self) -> list[Person]:
        """Those who draw digits or lines, with and without answers to the moving pen."""
        return [
            self._person("digits, final answers", "digit", "ours_400_finals", 0.0),
            self._person(
                "digits, interim answers too",
                "digit",
                "ours_100_interim",
                self.bench["ours_100_interim_interim"],
            ),
            self._person("lines, final answers", "line", "lines_100_finals", 0.0),
            self._person(
                "lines, interim answers too",
                "line",
                "lines_100_interim",
                self.bench["lines_100_interim_interim"],
            ),
        ]

    def _person(self, name: str, task: str, bench: str, interims: float) -> Person:
        figure = {key.removeprefix(f"{task}_"): value for key, value in self.extra.items()}
        strokes_per_s = figure["finals_strokes_per_s"]
        received = figure["finals_received_wire_bytes"] + interims * self.interim_bytes(task)
        proxied = figure["finals_messages"] + 1 + interims
        return Person(
            name=name,
            strokes_per_s=strokes_per_s,
            stroke_cpu_s=self.bench[f"{bench}_us"] / 1e6,
            proxy_stroke_cpu_s=proxied * self.proxied_message_cpu_s,
            session_bytes=figure["session_kb"] * 1024,
            sent_bytes_per_s=strokes_per_s * figure["finals_sent_wire_bytes"],
            received_bytes_per_s=strokes_per_s * received,
        )

    def interim_bytes(self, task: str) -> float:
        """An interim answer on the wire, in a packet of its own."""
        more = self.extra[f"{task}_interim_answers"] - 1
        return HEADER_BYTES + (
            (
                self.extra[f"{task}_interim_received_bytes"]
                - self.extra[f"{task}_finals_received_bytes"]
            )
            / more
        )

    @property
    def proxied_message_cpu_s(self) -> float:
        """CPU time of the proxy for a message in either direction."""
        return self.extra["proxy_finals_us"] / (self.extra["digit_finals_messages"] + 1) / 1e6


def machines(people: int, people_a_machine: int) -> int:
    """How many machines a crowd needs."""
    return max(FEWEST_MACHINES, math.ceil(people / people_a_machine))


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(file.read_bytes())
    return found
