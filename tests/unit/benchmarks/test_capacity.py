"""Tests of the capacity tables: the committed ones are made from the files, and right by hand."""

import json
from dataclasses import replace

import pytest

from benchmarks.capacity.__main__ import DOCS, LOSSES, PAGE, page
from benchmarks.capacity.constants import ServiceConstants, page_constants
from benchmarks.capacity.fleet import Measured, Person, machines
from benchmarks.capacity.region_loss import simulate
from benchmarks.capacity.scenarios import scenarios
from benchmarks.markdown import fill

# Half a stroke a second, 2 ms of the service and 1 of the proxy each.
PERSON = Person(
    name="one who is easy to reckon with",
    strokes_per_s=0.5,
    stroke_cpu_s=0.002,
    proxy_stroke_cpu_s=0.001,
    session_bytes=100_000,
    sent_bytes_per_s=1_000,
    received_bytes_per_s=500,
)


def test_the_committed_page_is_what_the_files_say() -> None:
    assert PAGE.read_text() == page(), "`make capacity` writes it anew"


def test_a_machine_serves_what_its_cores_allow() -> None:
    # 8 cores used to 60 % are 4.8; a person takes a thousandth of one.
    assert PERSON.people_a_machine == 4_800
    assert PERSON.people_a_proxy == 9_600
    assert PERSON.people_beside_their_proxy == 3_200


def test_a_machine_serves_no_more_than_its_memory_and_settings_allow() -> None:
    # 14 GB beside the system's, by 10 MB.
    assert replace(PERSON, session_bytes=10e6).people_a_machine == 1_400
    easy = replace(PERSON, stroke_cpu_s=1e-6)
    assert easy.people_a_machine == 8 * ServiceConstants().sessions == 8_000


@pytest.mark.parametrize(("people", "needed"), [(1, 2), (9_600, 2), (9_601, 3), (4_800_000, 1_000)])
def test_machines_are_rounded_up_and_never_alone(people: int, needed: int) -> None:
    assert machines(people, PERSON.people_a_machine) == needed


def test_nobody_is_lost_in_what_was_simulated() -> None:
    losses = json.loads(LOSSES.read_bytes())
    named = [scenario.name for scenario in scenarios(Measured.read(DOCS))]
    assert [loss["name"] for loss in losses] == named
    for loss in losses:
        assert loss["answered"] == loss["sessions"] == loss["affected"] == loss["curve"][-1]
        assert loss["p50_s"] <= loss["p99_s"] <= loss["worst_s"]


def test_what_was_simulated_is_simulated_again_alike() -> None:
    """One machine and its share of the people; all others fare as it does."""
    scenario = scenarios(Measured.read(DOCS))[0]
    share = replace(
        scenario, affected=scenario.affected // scenario.machines, machines=1, proxies=1
    )
    outcome = simulate(share)
    [whole] = [one for one in json.loads(LOSSES.read_bytes()) if one["name"] == scenario.name]
    assert sorted(outcome.answered_s)[share.affected // 2] == pytest.approx(
        whole["p50_s"], rel=0.05
    )
    assert max(outcome.answered_s) == pytest.approx(whole["worst_s"], rel=0.05)


def test_constants_are_those_of_the_page() -> None:
    page_s = page_constants()
    assert 0 < page_s.first_wait_s < page_s.answer_wait_s < page_s.longest_wait_s


def test_a_table_needs_one_place() -> None:
    text = "a\n<!-- t -->\nold\n<!-- /t -->\nb\n"
    assert fill(text, {"t": "new"}) == "a\n<!-- t -->\nnew\n<!-- /t -->\nb\n"
    for broken in ("a", text + text, text.replace("<!-- /t -->", "")):
        with pytest.raises(ValueError, match="table t"):
            fill(broken, {"t": "new"})
