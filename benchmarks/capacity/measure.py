"""Measures what a person costs beside CPU time a stroke: `python -m benchmarks.capacity.measure`.

Bytes and packets of a stroke, memory of a drawing, a reconnect with all ink sent again, and a proxy
with TLS. `make bench` has measured the rest. The service runs on one core, clients and proxy on
another. The command writes `capacity.json`.
"""

import argparse
import datetime
import ssl
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.capacity.proxy import tls_proxy
from benchmarks.capacity.storm import storm
from benchmarks.machine import machine_description
from benchmarks.recordings import digit_recordings
from benchmarks.service import lines, load, servers
from benchmarks.service.client import LoadClient
from benchmarks.service.load import LoadMeasurement, frame
from benchmarks.service.traffic import Traffic, traffic_of
from realtime.protocol.session_file import Recording
from tests.support.files import ROOT
from tests.support.processes import cpu_seconds, private_bytes
from tests.support.server import Server

USERS = 100
# Few enough to be given nearly all interim answers, whose size is what counts.
USERS_WITH_INTERIM = 10
SECONDS = 8.0
# People whose memory is measured, and who reconnect.
DRAWINGS, RECONNECTS = 300, 400
# People who connect in the same instant.
STORM = 400
# Clients that reconnect at a time: as many as keep the service busy.
AT_ONCE = 8
CONFIG: Mapping[str, object] = {
    "type": "config",
    "v": 1,
    "canvas": {"width": 400, "height": 400},
    "interim": False,
}
Message = Mapping[str, Any]
Figures = dict[str, float]


def main() -> None:
    """Measure, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity.measure")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs")
    options = parser.parse_args()
    servers.keep_to_the_clients_cores()
    recordings = digit_recordings()
    digits = lines.digits_of(recordings)
    drawn = {"digit": recordings, "line": lines.drawings(digits, seed=0)}
    configs: dict[str, Message] = {"digit": {}, "line": lines.CONFIG}
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with servers.service(folder / "log") as server:
            for task, drawings in drawn.items():
                for interim in (False, True):
                    users = USERS_WITH_INTERIM if interim else USERS
                    measured = load.measure_load(
                        server,
                        drawings,
                        users=users,
                        seconds=SECONDS,
                        interim=interim,
                        seed=0,
                        config=configs[task],
                    )
                    kind = "interim" if interim else "finals"
                    figures |= _traffic_figures(f"{task}_{kind}", measured, users)
        inks = {task: _inks(drawings) for task, drawings in drawn.items()}
        for task in drawn:
            figures |= _people(folder, task, {**CONFIG, **configs[task]}, inks[task])
        figures |= _behind_a_proxy(folder, recordings, inks["digit"])
    for name, value in figures.items():
        print(f"{name:40} {value:.4g}")
    written = {
        "machine": machine_description(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "storm_people": STORM,
        "figures": figures,
    }
    (options.folder / "capacity.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(written), indent=1)
    )


def _traffic_figures(name: str, measured: LoadMeasurement, users: int) -> Figures:
    """Strokes a second a person, and what a stroke is on the wire."""
    assert measured.lost == 0
    strokes, traffic = measured.strokes, measured.traffic
    return {
        f"{name}_strokes_per_s": strokes / users / SECONDS,
        f"{name}_messages": measured.messages / strokes,
        f"{name}_answers": measured.interim / strokes + 1,
        f"{name}_sent_bytes": traffic.sent_bytes / strokes,
        f"{name}_received_bytes": traffic.received_bytes / strokes,
        f"{name}_sent_wire_bytes": traffic.sent_on_the_wire / strokes,
        f"{name}_received_wire_bytes": traffic.received_on_the_wire / strokes,
        f"{name}_packets": (traffic.sent_packets + traffic.received_packets) / strokes,
    }


def _inks(drawings: Sequence[Recording]) -> list[Message]:
    """What is sent again after a reconnect: all that is drawn half-way through each drawing."""
    inks: list[Message] = []
    for drawing in drawings:
        strokes: dict[int, dict[str, list[float]]] = {}
        for _, text in drawing.sent:
            message = msgspec.json.decode(text)
            if message["type"] == "ink":
                strokes |= dict(enumerate(message["strokes"]))
            elif message["type"] == "points":
                columns = strokes.setdefault(message["stroke"], {"x": [], "y": [], "t": []})
                for name, column in columns.items():
                    column += message[name]
        half = list(strokes.values())[: -(-len(strokes) // 2)]
        inks.append({"type": "ink", "seq": 1, "strokes": half})
    return inks


def _people(folder: Path, task: str, config: Message, inks: Sequence[Message]) -> Figures:
    """Memory of somebody who draws, and CPU time and bytes of a reconnect."""
    first = frame(config)
    with servers.service(folder / "log") as server:
        reconnect_many(server, first, [frame(ink) for ink in inks], AT_ONCE)
        _, empty = private_bytes(server)
        people = [LoadClient(server.ws) for _ in range(DRAWINGS)]
        for number, person in enumerate(people):
            person.socket.sendall(first + frame(inks[number % len(inks)]))
            _wait_for_final(person)
        time.sleep(0.5)
        _, full = private_bytes(server)
        for person in people:
            person.socket.close()
        connecting = sum(cpu_seconds(server))
        reconnect_many(server, first, [], RECONNECTS)
        spent = sum(cpu_seconds(server))
        traffic = reconnect_many(server, first, [frame(ink) for ink in inks], RECONNECTS)
        connecting, spent = spent - connecting, sum(cpu_seconds(server)) - spent
        before = sum(cpu_seconds(server))
        stormed = storm(server, first, [frame(ink) for ink in inks], STORM)
        storm_cpu = sum(cpu_seconds(server)) - before
    strokes = [len(ink["strokes"]) for ink in inks]
    return {
        f"{task}_storm_cpu_s": storm_cpu,
        f"{task}_storm_all_s": stormed[-1],
        f"{task}_session_kb": (full - empty) / DRAWINGS / 1024,
        f"{task}_reconnect_strokes": sum(strokes) / len(strokes),
        f"{task}_connect_ms": connecting / RECONNECTS * 1e3,
        f"{task}_reconnect_ms": spent / RECONNECTS * 1e3,
        f"{task}_reconnect_sent_bytes": traffic.sent_on_the_wire / RECONNECTS,
        f"{task}_reconnect_received_bytes": traffic.received_on_the_wire / RECONNECTS,
    }


def reconnect_many(
    server: Server,
    config: bytes,
    inks: Sequence[bytes],
    count: int,
    tls: ssl.SSLContext | None = None,
) -> Traffic:
    """Connect, send all ink, wait for the final answer, and leave, this many times."""
    total, lock = Traffic(), threading.Lock()
    numbers = iter(range(count))

    def come_again() -> None:
        nonlocal total
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            person = LoadClient(server.ws, tls)
            if inks:
                person.socket.sendall(config + inks[number % len(inks)])
                _wait_for_final(person)
            with lock:
                total += traffic_of(person.socket)
            person.socket.close()

    threads = [threading.Thread(target=come_again) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total


def _wait_for_final(person: LoadClient) -> None:
    while not any(answer.final for answer in person.receive()):
        pass


def _behind_a_proxy(
    folder: Path, recordings: Sequence[Recording], inks: Sequence[Message]
) -> Figures:
    """CPU time of nginx for a stroke and for a reconnect, and its memory for a connection."""
    first, figures = frame(CONFIG), {}
    with servers.service(folder / "log") as server, tls_proxy(folder, server) as proxy:
        measured = load.measure_load(
            proxy.server,
            recordings,
            users=USERS,
            seconds=SECONDS,
            interim=False,
            seed=0,
            tls=proxy.tls,
            proxy_cpu_s=proxy.cpu_s,
        )
        figures["proxy_finals_us"] = measured.proxy_cpu / measured.strokes * 1e6
        before = proxy.cpu_s()
        traffic = reconnect_many(
            proxy.server, first, [frame(ink) for ink in inks], RECONNECTS, proxy.tls
        )
        figures["proxy_reconnect_ms"] = (proxy.cpu_s() - before) / RECONNECTS * 1e3
        figures["proxy_reconnect_bytes"] = (
            traffic.sent_on_the_wire + traffic.received_on_the_wire
        ) / RECONNECTS
        memory = proxy.memory_bytes()
        people = [LoadClient(proxy.server.ws, proxy.tls) for _ in range(DRAWINGS)]
        figures["proxy_connection_kb"] = (proxy.memory_bytes() - memory) / DRAWINGS / 1024
        for person in people:
            person.socket.close()
    return figures


if __name__ == "__main__":
    main()
