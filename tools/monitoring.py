"""Shows the dashboard with a service under load: `python -m tools.monitoring FOLDER`.

The service, a Prometheus with the shipped rules that watches it, and people who draw run for three
minutes; in the second one a worker is killed, and at the end the service is stopped.
`monitoring.png` is drawn from the queries of the dashboard's own panels, `monitoring-alerts.png` is
Prometheus' page of alerts when it has noticed.
"""

import os
import random
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from websockets.exceptions import WebSocketException

from tests.support.browser import running_chromium
from tests.support.drawing import ONE, SEVEN, open_session
from tests.support.files import ROOT
from tests.support.processes import server_processes
from tests.support.prometheus import Panel, Prometheus, legend, panels, watch
from tests.support.server import Server, serve, wait_until
from tests.support.simulated_users import simulate_users

USERS, WRITERS = 80, 8
SECONDS = 180
KILLED_AFTER_S = 80
STEP_S = 2
COLUMNS = 3
# Of Grafana's units those that a graph needs: a factor, and what stands behind the number.
UNITS = {"percentunit": (100, " %"), "s": (1000, " ms"), "bytes": (1e-6, " MB"), "ops": (1, "/s")}
BETWEEN_STROKES_S = 0.3
INSTANCE_IS_DOWN = 'ALERTS{alertname="InkDown",alertstate="firing"}'
# The share of those who write lines that exceed a limit, and that vanish without a goodbye.
ERRING, VANISHING = 0.5, 0.15


def main() -> None:
    """Run the service, watch it, and draw what was seen."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    mpl.use("Agg")
    with (
        tempfile.TemporaryDirectory() as temporary,
        serve(Path(temporary) / "log", workers=2) as server,
        watch(Path(temporary), [f"127.0.0.1:{server.port}"]) as prometheus,
    ):
        with simulate_users(server.ws, USERS) as users, line_writers(server.ws):
            start = time.time()
            time.sleep(KILLED_AFTER_S)
            # As the kernel does when there is no memory left.
            os.kill(server_processes(server)[1].pid, signal.SIGKILL)
            time.sleep(SECONDS - KILLED_AFTER_S)
            shown = draw(prometheus, start, folder / "monitoring.png")
            report(server, prometheus, users.drawings, shown)
        server.stop()
        wait_until(lambda: bool(prometheus.series(INSTANCE_IS_DOWN)), timeout_s=150)
        photograph(prometheus, folder / "monitoring-alerts.png")


def report(server: Server, prometheus: Prometheus, drawings: int, shown: int) -> None:
    """Print what the rules made of it."""
    print(
        f"{drawings} drawings by {USERS} people, {WRITERS} more wrote lines; {shown} panels drawn"
    )
    for rule in prometheus.rules():
        if rule["type"] == "recording":
            for one in prometheus.series(rule["name"]):
                labels = {k: v for k, v in one["metric"].items() if k not in ("__name__", "job")}
                print(f"  {rule['name']} {labels} {float(one['value'][1]):.4g}")
        else:
            took_us = rule["evaluationTime"] * 1e6
            print(f"  {rule['name']}: {rule['health']}, {rule['state']}, {took_us:.0f} µs")
    scrape = prometheus.series('scrape_duration_seconds{job="ink"}')[0]["value"][1]
    print(f"  a scrape took {float(scrape) * 1e3:.1f} ms")
    assert "Traceback" not in server.log


@contextmanager
def line_writers(url: str) -> Iterator[None]:
    """People who write lines while the block runs, some of whom err or vanish."""
    stops = threading.Event()

    def write(number: int) -> None:
        rng = random.Random(number)
        while not stops.is_set():
            try:
                with open_session(url) as client:
                    client.send({"type": "config", "recognize": "line"})
                    for place in range(20):
                        [stroke] = rng.choice((ONE, SEVEN))
                        moved = [(x / 4 + 90 * place, y / 4) for x, y in stroke]
                        client.draw([moved], first_stroke=place)
                        if stops.wait(BETWEEN_STROKES_S):
                            return
                    # Some send more than a message may hold, and some lose the network.
                    if rng.random() < ERRING:
                        many = [1] * 10_001
                        client.ask("points", stroke=99, x=many, y=many, t=many)
                    if rng.random() < VANISHING:
                        client.connection.socket.shutdown(socket.SHUT_RDWR)
            except (OSError, WebSocketException):
                # The worker was killed; whoever writes begins again.
                stops.wait(BETWEEN_STROKES_S)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stops.set()
        for thread in threads:
            thread.join()


def draw(prometheus: Prometheus, start: float, path: Path) -> int:
    """Draw all panels of the dashboard that have something to show; how many these are."""
    end = time.time()
    found = []
    for panel in panels():
        if panel.kind != "timeseries":
            continue
        lines = [
            (legend(name, series["metric"]), series["values"])
            for expression, name in panel.queries
            for series in prometheus.ask(
                "query_range",
                query=expression,
                start=str(start),
                end=str(end),
                step=str(STEP_S),
            )["result"]
        ]
        if lines:
            found.append((panel, lines))
    rows = -(-len(found) // COLUMNS)
    figure, grid = pyplot.subplots(
        rows, COLUMNS, figsize=(15, 2.7 * rows), layout="constrained", sharex=True
    )
    for axes in grid.flat[len(found) :]:
        axes.set_visible(False)
    for axes, (panel, lines) in zip(grid.flat, found, strict=False):
        _draw_panel(axes, panel, lines, start)
    figure.suptitle(
        f"{USERS} people draw digits and {WRITERS} write lines on two workers;"
        f" one of these is killed after {KILLED_AFTER_S} s",
        fontsize=10,
    )
    figure.savefig(path, dpi=85)
    pyplot.close(figure)
    return len(found)


def _draw_panel(
    axes: Axes, panel: Panel, lines: list[tuple[str, list[tuple[float, str]]]], start: float
) -> None:
    factor, suffix = UNITS.get(panel.unit, (1, ""))
    for name, values in lines:
        at = [moment - start for moment, _ in values]
        axes.plot(at, [float(value) * factor for _, value in values], lw=1, label=name)
    axes.set_title(panel.title, fontsize=9)
    axes.set_ylim(0, None)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}{suffix}"))
    axes.tick_params(labelsize=7)
    axes.legend(fontsize=6, loc="best", framealpha=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def photograph(prometheus: Prometheus, path: Path) -> None:
    """Take a picture of Prometheus' page of alerts."""
    with running_chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 600})
        page.goto(f"{prometheus.url}/classic/alerts")
        # What is under way unfolds, with its summary.
        page.get_by_text("Show annotations").click()
        page.get_by_text("InkDown").first.click()
        page.get_by_text("does not answer").first.wait_for()
        page.screenshot(path=path, full_page=True)


if __name__ == "__main__":
    main()
