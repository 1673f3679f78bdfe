"""The tables of `deploy/CAPACITY.md`, made from what was measured and simulated."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.capacity import loss_tables
from benchmarks.capacity.constants import ServiceConstants
from benchmarks.capacity.fleet import CORES, CROWDS, REGIONS, USED, Measured, machines
from benchmarks.capacity.scenarios import PEOPLE
from benchmarks.markdown import table

# Ports that Linux gives to outgoing connections: net.ipv4.ip_local_port_range, 32768 to 60999.
EPHEMERAL_PORTS = 60_999 - 32_768 + 1
# A raster as it travels to an engine: 28 × 28 cells of 3 numbers, 4 bytes each.
RASTER_BYTES = 28 * 28 * 3 * 4
GIGABIT = 1e9 / 8


def all_tables(measured: Measured, losses: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Every table by its name."""
    return {
        "provenance": _provenance(measured),
        "person": _person(measured),
        "parts": _parts(measured),
        "machines": _machines(measured),
        "elastic": _elastic(measured),
        "limits": _limits(measured),
        "assumptions": loss_tables.assumptions(),
        "storms": loss_tables.storms(measured),
        "losses": loss_tables.losses_table(losses),
    }


def _provenance(measured: Measured) -> str:
    return "\n".join(
        [
            f"- `docs/bench.json`: {measured.bench_machine}.",
            f"- `docs/capacity.json`: {measured.extra_machine}, {measured.date}.",
        ]
    )


def _person(measured: Measured) -> str:
    rows = [
        [
            person.name,
            f"{person.strokes_per_s:.2f}",
            f"{person.stroke_cpu_s * 1e3:.2f} ms",
            f"{person.proxy_stroke_cpu_s * 1e3:.2f} ms",
            f"{CORES * USED / person.cpu / CORES:,.0f}",
            f"{person.session_bytes / 1024:,.0f} KiB",
            f"{person.sent_bytes_per_s / 1e3:.1f} kB/s",
            f"{person.received_bytes_per_s / 1e3:.1f} kB/s",
        ]
        for person in measured.people()
    ]
    head = [
        "a person who draws",
        "strokes a second",
        "CPU a stroke",
        "and of the proxy",
        f"people a core at {USED:.0%}",
        "memory",
        "sends",
        "receives",
    ]
    return table(head, rows)


def _parts(measured: Measured) -> str:
    extra, bench = measured.extra, measured.bench
    handshake_bytes = extra["proxy_reconnect_bytes"] - sum(
        extra[f"digit_reconnect_{way}_bytes"] for way in ("sent", "received")
    )
    rows = [
        [
            "an open page that nobody draws on",
            f"{bench['idle_1000_kb']:.0f} KiB",
            f"{extra['proxy_connection_kb']:.0f} KiB",
            "a ping every 20 s",
        ],
        *(
            [
                ink,
                (
                    f"{extra[f'{task}_reconnect_ms']:.1f} ms, "
                    f"of which {extra[f'{task}_connect_ms']:.1f} before any ink"
                ),
                f"{extra['proxy_reconnect_ms']:.1f} ms" if task == "digit" else "",
                (
                    f"{extra[f'{task}_reconnect_sent_bytes'] / 1e3:.1f} kB sent, "
                    f"{extra[f'{task}_reconnect_received_bytes'] / 1e3:.1f} kB received, "
                    f"{handshake_bytes / 1e3:.1f} kB for TLS"
                ),
            ]
            for task, ink in (
                ("digit", "a reconnect with a digit"),
                (
                    "line",
                    f"a reconnect with {extra['line_reconnect_strokes']:.0f} strokes of a line",
                ),
            )
        ),
        [
            "a first load of the page",
            f"{bench['page_cpu_ms']:.0f} ms",
            "",
            f"{bench['page_kb']:.0f} KiB received",
        ],
    ]
    return table(["", "service", "proxy", "on the wire"], rows)


def _machines(measured: Measured) -> str:
    rows = []
    for person in measured.people():
        row = [person.name, f"{person.people_a_machine:,}", f"{person.people_a_proxy:,}"]
        for people in CROWDS.values():
            service = machines(people, person.people_a_machine)
            proxies = machines(people, person.people_a_proxy)
            gigabits = people * (person.sent_bytes_per_s + person.received_bytes_per_s) / GIGABIT
            row.append(f"{service:,} + {proxies:,}; {_rounded(gigabits)} Gbit/s")
        rows.append(row)
    head = ["", "people a machine", "a proxy", *(f"{name} people" for name in CROWDS)]
    return table(head, rows)


def _rounded(number: float) -> str:
    """Two digits that count, or all before the point."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def _elastic(measured: Measured) -> str:
    bench = measured.bench
    rows = [
        [
            f"{people} people on one core",
            f"{bench[f'ours_{people}_interim_us'] / 1e3:.2f} ms",
            f"{bench[f'ours_{people}_interim_interim']:.1f}",
            f"{bench[f'ours_{people}_interim_p50_ms']:.1f} ms",
            f"{bench[f'ours_{people}_interim_p99_ms']:.1f} ms",
        ]
        for people in (100, 400)
    ]
    head = ["digits", "CPU a stroke", "interim answers a stroke", "final answers p50", "p99"]
    return table(head, rows)


def _limits(measured: Measured) -> str:
    digits = measured.people()[0]
    extra, bench, service = measured.extra, measured.bench, ServiceConstants()
    machine_sessions = CORES * service.sessions
    free = CORES * (1 - USED)
    in_all = PEOPLE / digits.people_a_machine * free
    rows = [
        ["people who draw, by CPU, final answers", f"{digits.people_a_machine:,} a machine"],
        ["sessions (`INK_SESSIONS` × workers)", f"{machine_sessions:,} a machine"],
        [
            "file descriptors: one a session in a worker, two in a proxy",
            f"{service.sessions + 300:,} a worker, {2 * digits.people_a_proxy:,} a proxy",
        ],
        [
            "ephemeral ports from one proxy's address to one node's",
            f"{EPHEMERAL_PORTS:,}; a node takes {machine_sessions:,}",
        ],
        [
            "TLS handshakes and upgrades of a proxy, in what is free of it",
            f"{free / (extra['proxy_reconnect_ms'] / 1e3):,.0f} a second",
        ],
        [
            "reconnects of a machine, in what is free of it: digits",
            f"{free / (extra['digit_reconnect_ms'] / 1e3):,.0f} a second",
        ],
        [
            "the same: lines of twenty strokes",
            f"{free / (extra['line_reconnect_ms'] / 1e3):,.0f} a second",
        ],
        [
            "connections that workers accept (eight every 25 ms each)",
            f"{CORES * service.accepted_at_once / service.accept_delay_s:,.0f} a second",
        ],
        [
            "first loads of the page, from the service itself",
            f"{free / (bench['page_cpu_ms'] / 1e3):,.0f} a second and machine",
        ],
        [
            "a quarter of a million people who reload the page, on what is free of all machines",
            f"{PEOPLE / REGIONS * bench['page_cpu_ms'] / 1e3 / in_all:,.0f} s",
        ],
        [
            "rasters to an engine, 100,000 people, final answers",
            (
                f"{1e5 * digits.strokes_per_s:,.0f} a second, "
                f"{1e5 * digits.strokes_per_s * RASTER_BYTES / GIGABIT:.1f} Gbit/s"
            ),
        ],
    ]
    return table(["limit", "at"], rows)
