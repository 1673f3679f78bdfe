"""Tests of the turns of long answers."""

import os
from collections.abc import Generator

import gevent

from realtime.websocket.turns import Turns

Steps = Generator[None, None, str]


def steps(name: str, count: int, log: list[str]) -> Steps:
    """An answer in so many steps, each of which is logged."""
    for _ in range(count - 1):
        log.append(name)
        yield
    log.append(name)
    return name


def test_an_answer_in_one_step_waits_for_nobody() -> None:
    log: list[str] = []
    turns = Turns()
    other = gevent.spawn(log.append, "other")
    assert turns.finish(steps("one", 1, log)) == "one"
    assert log == ["one"]
    other.join()


def test_answers_take_turns() -> None:
    log: list[str] = []
    turns = Turns()
    with gevent.Timeout(10):
        made = [gevent.spawn(turns.finish, steps(name, 4, log)) for name in "ab"]
        gevent.joinall(made)
    assert [one.value for one in made] == ["a", "b"]
    assert log == list("abababab")
    # And again, later.
    gevent.sleep(0.01)
    assert turns.finish(steps("c", 3, log)) == "c"


def test_what_arrives_is_served_between_two_steps() -> None:
    log: list[str] = []
    reading, writing = os.pipe()
    os.set_blocking(reading, False)

    def echo() -> None:
        while True:
            gevent.get_hub().wait(gevent.get_hub().loop.io(reading, 1))
            log.append(f"read {os.read(reading, 1).decode()}")

    def writes(count: int) -> Steps:
        for number in range(count):
            os.write(writing, b"%d" % number)
            log.append(f"wrote {number}")
            yield
        return "done"

    reader = gevent.spawn(echo)
    gevent.sleep(0)
    try:
        with gevent.Timeout(10):
            Turns().finish(writes(9))
    finally:
        reader.kill()
        os.close(reading)
        os.close(writing)
    # Whatever was written is read before the next step but one.
    places = {what: place for place, what in enumerate(log)}
    for number in range(7):
        assert places[f"read {number}"] < places[f"wrote {number + 2}"]


def test_one_that_ends_meanwhile_holds_nobody_up() -> None:
    log: list[str] = []
    turns = Turns()
    first = gevent.spawn(turns.finish, steps("a", 1000, log))
    second = gevent.spawn(turns.finish, steps("b", 5, log))
    with gevent.Timeout(10):
        gevent.sleep(0)
        first.kill()
        second.join()
    assert second.value == "b"
    assert log.count("b") == 5
    assert not turns._waiting
