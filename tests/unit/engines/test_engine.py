"""An engine as a worker knows it: its logits, or none, and never more than it may be asked."""

import threading
from collections.abc import Iterator

import gevent
import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from realtime.engines.client import EngineClient
from realtime.engines.engine import Engine
from realtime.engines.metrics import EngineFamilies, EngineMetrics
from realtime.engines.network import EngineNetwork
from realtime.engines.open_inference import Floats
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.rasterizer import Raster, rasterize
from realtime.recognition.recognizer import DEFAULT_TASK
from realtime.setting_formats import EngineURL
from realtime.setting_groups import EngineSettings
from tests.support.drawing import ONE, SEVEN, stroke_arrays
from tests.support.engines.scripted_engine import ScriptedEngine, is_probe, running_engine
from tests.support.engines.transcripts import identity_of
from tests.support.files import DIGIT_MODEL

PATIENT_S = 30.0
RASTERS = [rasterize(stroke_arrays(ink)) for ink in (SEVEN, ONE)]


class Worker:
    """What a worker has of one engine.

    Args:
        scripted: the engine.
        settings: how it is asked.
    """

    def __init__(self, scripted: ScriptedEngine, settings: EngineSettings) -> None:
        self.registry = CollectorRegistry()
        url = EngineURL(scripted.url)
        self.client = EngineClient(url, None, identity_of(), settings.deadline_s)
        self.metrics = EngineMetrics(DEFAULT_TASK, EngineFamilies.create(self.registry))
        self.engine = Engine(DEFAULT_TASK, url, self.client, settings, self.metrics)
        self._watching = self.engine.watch()

    def wait_until_up(self) -> None:
        with gevent.Timeout(PATIENT_S):
            while not self.engine.state.is_up:
                gevent.sleep(0.01)

    def count(self, outcome: str) -> float | None:
        labels = {"recognizer": DEFAULT_TASK, "outcome": outcome}
        return self.registry.get_sample_value("ink_engine_requests_total", labels)

    def close(self) -> None:
        self._watching.kill()
        self.client.close()


@pytest.fixture
def scripted() -> Iterator[ScriptedEngine]:
    """An engine."""
    with running_engine() as running:
        yield running


@pytest.fixture
def worker(scripted: ScriptedEngine) -> Iterator[Worker]:
    """A worker that asks it, at most 64 rasters at once, and looks at it no more."""
    one = Worker(
        scripted, EngineSettings(deadline_s=PATIENT_S, check_s=3600.0, retry_s=3600.0, failures=2)
    )
    one.wait_until_up()
    yield one
    one.close()


def logits(worker: Worker, rasters: list[Raster], *, is_final: bool = True) -> Floats:
    found = worker.engine.logits(rasters, is_final=is_final)
    assert found is not None
    return found


@pytest.mark.parametrize("count", [1, 64, 65, 150])
def test_many_rasters_go_in_as_many_requests_as_it_takes(
    worker: Worker, scripted: ScriptedEngine, count: int
) -> None:
    rasters = (RASTERS * count)[:count]
    np.testing.assert_array_equal(logits(worker, rasters), scripted.logits(np.stack(rasters)))
    assert sorted(map(len, scripted.requests)) == sorted(
        [64] * (count // 64) + [count % 64] * (count % 64 > 0)
    )


def test_each_of_many_gets_its_own(worker: Worker, scripted: ScriptedEngine) -> None:
    expected = scripted.logits(np.stack(RASTERS))
    asked = [
        gevent.spawn(logits, worker, [RASTERS[number % 2]], is_final=number % 3 > 0)
        for number in range(100)
    ]
    gevent.joinall(asked, timeout=PATIENT_S, raise_error=True)
    for number, one in enumerate(asked):
        np.testing.assert_array_equal(one.value[0], expected[number % 2])
    assert len(scripted.requests) < 50, "they were gathered"


def test_whoever_is_ended_while_waiting_harms_nobody(
    worker: Worker, scripted: ScriptedEngine
) -> None:
    scripted.delay_s = 0.05
    asked = [gevent.spawn(logits, worker, [RASTERS[number % 2]]) for number in range(40)]
    gevent.sleep(0)
    for one in asked[::3]:
        one.kill()
    rest = [one for number, one in enumerate(asked) if number % 3]
    gevent.joinall(rest, timeout=PATIENT_S, raise_error=True)
    expected = scripted.logits(np.stack(RASTERS))
    for number, one in enumerate(asked):
        if number % 3:
            np.testing.assert_array_equal(one.value[0], expected[number % 2])


def test_interim_answers_wait_less_long_than_final_ones(scripted: ScriptedEngine) -> None:
    worker = Worker(scripted, EngineSettings(deadline_s=2.0, failures=100))
    worker.wait_until_up()
    let_go = threading.Event()
    right = scripted.answer

    def hang(rasters: Floats) -> bytes | None:
        let_go.wait(PATIENT_S)
        return right(rasters)

    scripted.answer = hang
    final, interim = [
        gevent.spawn(worker.engine.logits, [RASTERS[0]], is_final=is_final)
        for is_final in (True, False)
    ]
    gevent.wait([final, interim], timeout=PATIENT_S, count=1)
    assert interim.ready()
    assert interim.value is None
    assert not final.ready()
    let_go.set()
    final.join(PATIENT_S)
    worker.close()


def test_an_engine_that_answers_probes_alone_is_asked_ever_less(scripted: ScriptedEngine) -> None:
    settings = EngineSettings(deadline_s=PATIENT_S, check_s=0.01, retry_s=3600.0, failures=2)
    worker = Worker(scripted, settings)
    worker.wait_until_up()
    right = scripted.answer
    scripted.answer = lambda rasters: right(rasters) if is_probe(rasters) else None
    while worker.engine.state.is_up:
        assert worker.engine.logits([RASTERS[0]], is_final=True) is None
        gevent.sleep(0.02)
    assert worker.count("error") == 2, "looks between them made up for none"
    worker.close()


def test_an_engine_that_went_down_fails_all_that_wait_at_once(
    worker: Worker, scripted: ScriptedEngine
) -> None:
    scripted.answer = lambda _: None
    batches = 20
    asked = [
        gevent.spawn(worker.engine.logits, [RASTERS[0]], is_final=True) for _ in range(64 * batches)
    ]
    gevent.joinall(asked, timeout=PATIENT_S, raise_error=True)
    assert {one.value for one in asked} == {None}
    assert not worker.engine.state.is_up
    assert (worker.count("error") or 0) < batches / 2
    assert worker.engine.logits([RASTERS[0]], is_final=True) is None
    assert worker.count("refused") == 1


def test_an_error_that_nobody_foresaw_costs_no_answer(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Floats) -> Floats:
        raise ZeroDivisionError

    monkeypatch.setattr(worker.client, "logits", fail)
    assert worker.engine.logits([RASTERS[0]], is_final=True) is None
    assert "engine_failed" in caplog.text


def test_the_local_network_answers_in_its_place(worker: Worker, scripted: ScriptedEngine) -> None:
    local = CharacterNetwork.load(DIGIT_MODEL, precision="int8")
    network = EngineNetwork(local, worker.engine, scripted.network.card, worker.metrics)
    answered = network.infer(RASTERS)
    np.testing.assert_array_equal(
        answered.logits, [scripted.network.logits(raster) for raster in RASTERS]
    )
    assert answered.card is scripted.network.card
    scripted.answer = lambda _: None
    answered = network.infer(RASTERS)
    np.testing.assert_array_equal(answered.logits, [local.logits(raster) for raster in RASTERS])
    assert answered.card is local.card
    labels = {"recognizer": DEFAULT_TASK}
    assert worker.registry.get_sample_value("ink_engine_local_answers_total", labels) == 1


def test_it_is_asked_again_once_a_look_has_found_it(scripted: ScriptedEngine) -> None:
    settings = EngineSettings(deadline_s=PATIENT_S, check_s=0.05, retry_s=0.05, failures=1)
    worker = Worker(scripted, settings)
    worker.wait_until_up()
    right = scripted.answer
    for _ in range(3):
        scripted.answer = lambda _: None
        assert worker.engine.logits([RASTERS[0]], is_final=True) is None
        assert not worker.engine.state.is_up
        scripted.answer = right
        worker.wait_until_up()
        assert logits(worker, RASTERS).shape == (2, 22)
    worker.close()
