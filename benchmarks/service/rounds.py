"""One round of measurements: all figures, taken within a minute and a half."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import cv2
import numpy as np
from playwright.sync_api import Browser

from benchmarks.service import floor, lines, load, servers
from benchmarks.service.client import LoadClient
from benchmarks.service.floor import InkStrokes
from benchmarks.service.load import LoadMeasurement
from realtime.protocol.session_file import Recording
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from tests.support import processes
from tests.support.server import Server

USERS = (10, 100, 400)
SECONDS = 2.5
IDLE_CONNECTIONS = (1_000, 5_000)
PAGE_LOADS = 2
# Pictures that are posted to the textbook app, at the pace of ten users.
TEXTBOOK_REQUESTS = 20
TEXTBOOK_REQUESTS_PER_S = 10
PAGE_BYTES = """["navigation", "resource"]
    .flatMap((kind) => performance.getEntriesByType(kind))
    .reduce((sum, entry) => sum + entry.transferSize, 0)"""
Figures = dict[str, float]


@dataclass(frozen=True)
class Benchmark:
    """What all rounds share."""

    recognizer: CharacterRecognizer
    line_recognizer: LineRecognizer
    recordings: Sequence[Recording]
    inks: Sequence[InkStrokes]
    files: Mapping[str, bytes]  # of the plain network, and the network's own
    multiply_adds: Mapping[str, int]  # of a forward pass
    browser: Browser
    log: Path
    ours: Server
    uvicorn: Server
    textbook: Server

    def measure(self, number: int) -> tuple[Figures, dict[str, tuple[float, ...]]]:
        """All figures of a round, and the latencies in seconds of each load."""
        figures = self._floor()
        loads = self._loads(number)
        for name, measured in loads.items():
            figures |= _figures(name, measured)
        figures |= {
            "textbook_us": self._textbook(),
            "growth": floor.growth(self.recognizer, self.inks, spread=0),
            "growth_outwards": floor.growth(self.recognizer, self.inks, spread=40),
            "two_workers": self._two_workers(loads["ours_100_finals"], number),
            **self._lines(number),
            **self._idle(),
            **self._page(),
        }
        return figures, {name: measured.latencies for name, measured in loads.items()}

    def _floor(self) -> Figures:
        loop = floor.measure(self.recognizer, self.inks)
        # The pace is that of a hundred users.
        paced = floor.measure(self.recognizer, self.inks, a_second=80, count=160)
        return {
            "raster_us": loop.raster * 1e6,
            "kept_raster_us": floor.kept_raster(self.inks) * 1e6,
            "forward_us": loop.forward * 1e6,
            **{
                f"{name}_forward_us": took_us
                for name, took_us in floor.forward_passes(self.files, self.inks).items()
            },
            **{f"{name}_multiply_adds": count / 1e6 for name, count in self.multiply_adds.items()},
            "floor_us": loop.both * 1e6,
            "floor_paced_us": paced.both * 1e6,
        }

    def _loads(self, number: int) -> dict[str, LoadMeasurement]:
        """The service and the peer in turn, in alternating order, under the same other load."""
        found = {}
        for users in USERS:
            for interim in (False, True):
                kind = f"{users}_{'interim' if interim else 'finals'}"
                drawn_on = {"ours": self.ours}
                if users == 100 or (users == 400 and not interim):
                    drawn_on["uvicorn"] = self.uvicorn
                for name in sorted(drawn_on, reverse=number % 2 == 1):
                    found[f"{name}_{kind}"] = self._draw(drawn_on[name], users, interim, number)
        return found

    def _draw(self, server: Server, users: int, interim: bool, number: int) -> LoadMeasurement:
        return load.measure_load(
            server, self.recordings, users=users, seconds=SECONDS, interim=interim, seed=number
        )

    def _lines(self, number: int) -> Figures:
        """The cost of lines, by themselves and by a hundred people who write them."""
        digits = lines.digits_of(self.recordings)
        figures = lines.measure(self.line_recognizer, self.recognizer, digits, seed=number)
        for interim in (False, True):
            measured = load.measure_load(
                self.ours,
                lines.drawings(digits, seed=number),
                users=100,
                seconds=SECONDS,
                interim=interim,
                seed=number,
                config=lines.CONFIG,
            )
            figures |= _figures(f"lines_100_{'interim' if interim else 'finals'}", measured)
        return figures

    def _textbook(self) -> float:
        """CPU µs of a picture that is posted at the end of a stroke."""
        before = sum(processes.cpu_seconds(self.textbook))
        for ink in self.inks[:TEXTBOOK_REQUESTS]:
            canvas = np.full((280, 280), 255, np.uint8)
            cv2.polylines(
                canvas,
                [np.rint(stroke * 0.7).astype(np.int32) for stroke in ink],
                False,
                0,
                16,
                cv2.LINE_AA,
            )
            picture = cv2.imencode(".png", canvas)[1].tobytes()
            url = f"{self.textbook.http}/predict"
            with urlopen(url, picture, timeout=30) as answer:  # noqa: S310
                answer.read()
            time.sleep(1 / TEXTBOOK_REQUESTS_PER_S)
        return (sum(processes.cpu_seconds(self.textbook)) - before) / TEXTBOOK_REQUESTS * 1e6

    def _two_workers(self, one: LoadMeasurement, number: int) -> float:
        """Strokes that two workers could serve, as a multiple of what one could.

        The busier worker's core is the limit. Each worker has a hundred users, as the one has. The
        clients share the second core, and only CPU time of servers counts.
        """
        with servers.service(
            self.log, workers=2, cores=servers.SERVER_CORES | servers.CLIENT_CORES
        ) as server:
            two = self._draw(server, 200, False, number)
        return two.strokes / max(two.cpu) / (one.strokes / max(one.cpu))

    def _idle(self) -> Figures:
        """Private memory of an idle connection, and what a server needs to start."""
        with servers.service(self.log, sessions=IDLE_CONNECTIONS[-1] + 100) as server:
            master, worker = processes.private_bytes(server)
            figures = {
                "start_s": server.started_s,
                "master_mb": master / 1e6,
                "worker_mb": worker / 1e6,
            }
            users: list[LoadClient] = []
            for count in IDLE_CONNECTIONS:
                users += [LoadClient(server.ws) for _ in range(count - len(users))]
                time.sleep(0.5)
                figures[f"idle_{count}_kb"] = (
                    (processes.private_bytes(server)[1] - worker) / count / 1024
                )
            for person in users:
                person.socket.close()
        return figures

    def _page(self) -> Figures:
        """A page load with an empty cache."""
        before, milliseconds, sizes = sum(processes.cpu_seconds(self.ours)), [], []
        for _ in range(PAGE_LOADS):
            page = self.browser.new_page()
            page.goto(self.ours.http, wait_until="load")
            page.wait_for_selector("#status[data-state=open]", state="attached")
            milliseconds.append(
                page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
            )
            sizes.append(page.evaluate(PAGE_BYTES))
            page.close()
        return {
            "page_ms": float(np.median(milliseconds)),
            "page_kb": float(np.median(sizes)) / 1024,
            "page_cpu_ms": (sum(processes.cpu_seconds(self.ours)) - before) / PAGE_LOADS * 1e3,
        }


def _figures(name: str, measured: LoadMeasurement) -> Figures:
    percentiles = np.percentile(measured.latencies, [50, 99, 99.9]) * 1e3
    return {
        f"{name}_us": sum(measured.cpu) / measured.strokes * 1e6,
        f"{name}_message_us": sum(measured.cpu) / measured.messages * 1e6,
        f"{name}_lost": float(measured.lost),
        f"{name}_interim": measured.interim / measured.strokes,
        **{
            f"{name}_p{which}_ms": float(value)
            for which, value in zip(("50", "99", "99.9"), percentiles, strict=True)
        },
    }
