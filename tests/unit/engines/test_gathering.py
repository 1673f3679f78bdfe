"""Rasters of many greenlets in few requests: final answers first, and one request kept for them."""

from collections.abc import Callable, Iterator

import gevent
import numpy as np
import pytest
from gevent.event import Event

from realtime.engines.gathering import Gatherer
from realtime.engines.open_inference import Floats
from realtime.errors import EngineConnectionError, EngineError, EngineTimeoutError
from realtime.recognition.characters.rasterizer import Raster

MOST_IMAGES, MOST_REQUESTS = 8, 3
PATIENT_S = 30.0


def raster(number: float) -> Raster:
    """A raster that is known by its number."""
    return np.full((28, 28, 3), number, np.float32)


class SlowSender:
    """Answers each raster with its number, once it is told to.

    Attributes:
        under_way: the numbers in each request that waits.
    """

    def __init__(self) -> None:
        self.under_way: list[tuple[list[float], Event]] = []
        self.error: EngineError | None = None

    def send(self, rasters: Floats) -> Floats:
        numbers = rasters[:, 0, 0, 0].tolist()
        answered = Event()
        self.under_way.append((numbers, answered))
        assert answered.wait(PATIENT_S)
        if self.error:
            raise self.error
        return rasters[:, 0, 0, :1]

    def answer(self) -> None:
        """Answer the request that has waited longest."""
        self.under_way.pop(0)[1].set()
        settle()

    @property
    def numbers(self) -> list[list[float]]:
        """Those of the requests under way."""
        return [numbers for numbers, _ in self.under_way]


def settle() -> None:
    """Let all greenlets run that can."""
    for _ in range(5):
        gevent.sleep(0)


@pytest.fixture
def sender() -> SlowSender:
    """What the gatherer sends with."""
    return SlowSender()


@pytest.fixture
def gatherer(sender: SlowSender) -> Iterator[Gatherer]:
    """A gatherer of few images and requests."""
    yield Gatherer(sender.send, most_images=MOST_IMAGES, most_requests=MOST_REQUESTS)
    while sender.under_way:
        sender.answer()


Submit = Callable[..., None]


@pytest.fixture
def submit(gatherer: Gatherer) -> Submit:
    """Submits rasters of these numbers, and lets greenlets run."""

    def submit(*numbers: float, is_final: bool = True) -> None:
        gatherer.submit([raster(number) for number in numbers], is_final=is_final)
        settle()

    return submit


def test_each_gets_its_own_logits(gatherer: Gatherer, sender: SlowSender) -> None:
    waiting = [gatherer.submit([raster(n), raster(n + 0.5)], is_final=True) for n in range(4)]
    settle()
    assert sender.numbers == [[0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]], "who come together go together"
    sender.answer()
    for number, one in enumerate(waiting):
        np.testing.assert_array_equal(one.logits(PATIENT_S), [[number], [number + 0.5]])


def test_what_comes_while_requests_are_under_way_goes_with_the_next(
    submit: Submit, sender: SlowSender
) -> None:
    for number in range(MOST_REQUESTS):
        submit(number)
    submit(10)
    submit(11, 12)
    assert sender.numbers == [[0], [1], [2]]
    sender.answer()
    assert sender.numbers == [[1], [2], [10, 11, 12]]


def test_a_request_has_no_more_images_than_it_may(submit: Submit, sender: SlowSender) -> None:
    for number in range(MOST_REQUESTS):
        submit(number)
    for number in range(10, 14):
        submit(number, number, number)
    sender.answer()
    sender.answer()
    assert sender.numbers[1:] == [[10, 10, 10, 11, 11, 11], [12, 12, 12, 13, 13, 13]]


def test_interim_answers_leave_a_request_to_final_ones(submit: Submit, sender: SlowSender) -> None:
    for number in range(2 * MOST_REQUESTS):
        submit(number, is_final=False)
    assert len(sender.numbers) == MOST_REQUESTS - 1
    submit(50)
    assert sender.numbers[-1][0] == 50, "it is sent at once"


def test_final_answers_go_before_interim_ones(submit: Submit, sender: SlowSender) -> None:
    for number in range(MOST_REQUESTS):
        submit(number)
    for number in range(20, 20 + MOST_IMAGES):
        submit(number, is_final=False)
    submit(50)
    sender.answer()
    assert sender.numbers[-1] == [50, *range(20, 20 + MOST_IMAGES - 1)]


def test_what_nobody_waits_for_any_more_is_not_sent(
    gatherer: Gatherer, submit: Submit, sender: SlowSender
) -> None:
    for number in range(MOST_REQUESTS):
        submit(number)
    left = gatherer.submit([raster(9)], is_final=True)
    with pytest.raises(EngineTimeoutError):
        left.logits(0.0)
    left.is_abandoned = True
    submit(10)
    sender.answer()
    assert sender.numbers[-1] == [10]


def test_a_request_that_fails_fails_those_in_it_alone(
    gatherer: Gatherer, sender: SlowSender
) -> None:
    failing = [gatherer.submit([raster(1)], is_final=True) for _ in range(2)]
    settle()
    sender.error = EngineConnectionError("went away")
    sender.answer()
    for one in failing:
        with pytest.raises(EngineConnectionError, match="went away"):
            one.logits(PATIENT_S)
    sender.error = None
    after = gatherer.submit([raster(2)], is_final=True)
    settle()
    sender.answer()
    np.testing.assert_array_equal(after.logits(PATIENT_S), [[2]])


def test_all_that_wait_can_be_failed_at_once(
    gatherer: Gatherer, submit: Submit, sender: SlowSender
) -> None:
    for number in range(MOST_REQUESTS):
        submit(number)
    waiting = [gatherer.submit([raster(9)], is_final=final) for final in (True, False)]
    gatherer.fail_all(EngineError("is down"))
    for one in waiting:
        with pytest.raises(EngineError, match="is down"):
            one.logits(PATIENT_S)
    sender.answer()
    assert len(sender.numbers) == MOST_REQUESTS - 1
