"""Measures the service against its lower bound and its peers: `python -m benchmarks.service`.

Each figure is taken in each of three rounds and each ratio within one round; the table shows the
median and the extremes. Servers run on one core, clients on another. The command writes
`bench.json` and `bench.png`.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from benchmarks.machine import machine_description
from benchmarks.recordings import digit_recordings
from benchmarks.service import floor, plot, servers, table
from benchmarks.service.rounds import Benchmark
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.registry import ModelRegistry, ModelSource
from tests.support.browser import running_chromium
from tests.support.files import DIGIT_MODEL, ROOT, WEIGHTS

ROUNDS = 3
KERAS_MODEL = DIGIT_MODEL / "digits.keras"
# Keras exports the network that times are compared with in a process of its own, so that this has
# no TensorFlow in its memory.
MAKE_PLAIN = """
import sys, pathlib, keras
from train.model import architecture, export
plain = architecture.plain()
pathlib.Path(sys.argv[1]).write_bytes(export.convert(plain))
for network in (plain, keras.models.load_model(sys.argv[2])):
    print(architecture.multiply_adds(network))
"""


def main() -> None:
    """Measure, print the table, write the files."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.service",
        description="Measure the service against its lower bound and its peers.",
    )
    parser.add_argument(
        "folder", type=Path, nargs="?", default=ROOT / "docs", help="for bench.json and bench.png"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    servers.keep_to_the_clients_cores()
    drawings = digit_recordings()
    rounds, latencies = [], []
    with tempfile.TemporaryDirectory() as folder, running_chromium() as browser:
        plain_file, log = Path(folder) / "plain.tflite", Path(folder) / "log"
        made = subprocess.run(
            [sys.executable, "-c", MAKE_PLAIN, str(plain_file), str(KERAS_MODEL)],
            check=True,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        of_plain, of_ours = map(int, made.stdout.split())
        with (
            servers.service(log) as ours,
            servers.uvicorn_app(log) as uvicorn,
            servers.textbook_app(log) as textbook,
        ):
            models = ModelRegistry.load(ModelSource(WEIGHTS, "int8")).by_task
            recognizer, line_recognizer = models["digit"], models["line"]
            assert isinstance(recognizer, CharacterRecognizer)
            assert isinstance(line_recognizer, LineRecognizer)
            inks = floor.stroke_ends(drawings)
            benchmark = Benchmark(
                recognizer=recognizer,
                line_recognizer=line_recognizer,
                recordings=drawings,
                inks=inks,
                files={
                    "plain": plain_file.read_bytes(),
                    "float32": (DIGIT_MODEL / "digits.float32.tflite").read_bytes(),
                    "int8": (DIGIT_MODEL / "digits.int8.tflite").read_bytes(),
                },
                multiply_adds={"plain": of_plain, "ours": of_ours},
                browser=browser,
                log=log,
                ours=ours,
                uvicorn=uvicorn,
                textbook=textbook,
            )
            for number in range(options.rounds):
                print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
                figures, waits = benchmark.measure(number)
                rounds.append(figures)
                latencies.append(waits)
    results = [
        (section, [row.result(rounds) for row in rows]) for section, rows in table.TABLE_SECTIONS
    ]
    machine = machine_description()
    text = table.as_text(results)
    print(f"Measured on {machine}: median and extremes of {options.rounds} rounds.{text}")
    options.folder.mkdir(exist_ok=True)
    written = {"machine": machine, "table": dict(results), "rounds": rounds}
    (options.folder / "bench.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(written), indent=1)
    )
    together = {
        name: [wait for waits in latencies for wait in waits[name]] for name in latencies[0]
    }
    plot.write_plot(options.folder / "bench.png", rounds, together, machine)


if __name__ == "__main__":
    main()
