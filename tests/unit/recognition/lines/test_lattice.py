"""Tests of the lattice and its best readings against all readings, spelt out."""

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.ink.stroke import Stroke
from realtime.recognition.lines import beam as beam_module
from realtime.recognition.lines.beam import MOST_SETS, WHOLE, Beam
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.k_best import readings
from realtime.recognition.lines.lattice import Lattice, TooManyWaysError
from realtime.recognition.lines.lattice_node import Links
from realtime.recognition.lines.log_sum import log_sum
from realtime.recognition.lines.pieces import Piece, pieces_of
from realtime.recognition.lines.proximity import Candidate
from realtime.recognition.recognizer import finish

LABELS = 3
STATES = 3
EVERY = 100_000


def built(
    pieces: Sequence[Piece],
    groups: Sequence[Group],
    links: Links,
    known: Lattice | None = None,
    beam: Beam = WHOLE,
) -> Lattice:
    """A lattice, without a break."""
    return finish(Lattice.build(pieces, groups, links, known, beam))


class NoLinks:
    """Any group may follow any other, as likely as not."""

    def link(self, one: Group | None, other: Group | None, state: int) -> float:  # noqa: ARG002
        return 0.0

    def state_after(self, state: int, group: Group) -> int:  # noqa: ARG002
        return state


def stems(count: int) -> list[Piece]:
    """Strokes beside each other, each a piece of its own."""
    return [
        piece
        for number in range(count)
        for piece in pieces_of(Stroke(number, [20 * number] * 2, [0, 90]), number)
    ]


def group(pieces: Sequence[Piece], label_scores: Sequence[float]) -> Group:
    """A group with these scores."""
    made = Group(Candidate.of(pieces), [0.0] * (LABELS + 1))
    made.set_scores(range(len(label_scores)), label_scores)
    return made


def label_score(one: Group, label: int) -> float:
    return one.ranked_scores[one.ranked_labels.index(label)]


class RandomLine:
    """Pieces with some groups, all alone among them, and random scores; a `Links` of these.

    The state of a text depends on all of its groups.
    """

    def __init__(self, count: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.pieces = stems(count)
        sets = [(place,) for place in range(count)]
        for size in (2, 3):
            every = list(itertools.combinations(range(count), size))
            chosen = rng.permutation(len(every))[: int(rng.integers(0, 6))]
            sets += [every[place] for place in chosen]
        self.groups = [
            group(
                [self.pieces[place] for place in places],
                rng.normal(rng.normal(-1, 2), 2, LABELS).tolist(),
            )
            for places in sets
        ]
        self.links = {
            key: float(rng.normal(0, 1))
            for key in itertools.product([*self.groups, None], [*self.groups, None], range(STATES))
        }

    def link(self, one: Group | None, other: Group | None, state: int) -> float:
        return self.links[one, other, state]

    def state_after(self, state: int, group: Group) -> int:
        return (state + len(group.pieces) + group.pieces[0].id) % STATES

    @property
    def lattice(self) -> Lattice:
        return built(self.pieces, self.groups, self)

    def covers(self) -> Iterator[tuple[Group, ...]]:
        """Every way to share the pieces, in order of the groups' first pieces."""
        for count in range(1, len(self.pieces) + 1):
            for chosen in itertools.combinations(self.groups, count):
                ids = sorted(piece.id for one in chosen for piece in one.pieces)
                if ids == list(range(len(self.pieces))):
                    yield tuple(sorted(chosen, key=lambda one: one.pieces[0].id))

    def all_readings(self) -> dict[tuple[tuple[Group, ...], tuple[int, ...]], float]:
        """Every reading and its score."""
        found = {}
        for cover in self.covers():
            links, state = 0.0, 0
            for one, other in itertools.pairwise([None, *cover, None]):
                links += self.link(one, other, state)
                state = state if other is None else self.state_after(state, other)
            for labels in itertools.product(range(LABELS), repeat=len(cover)):
                own = sum(label_score(one, label) for one, label in zip(cover, labels, strict=True))
                found[cover, labels] = own + links
        return found


lines = st.builds(RandomLine, st.integers(1, 5), st.integers(0, 10**6))


@pytest.fixture(autouse=True)
def _everything_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random scores differ by more than those of ink."""
    monkeypatch.setattr(beam_module, "_HOPELESS", math.inf)


@settings(max_examples=60, deadline=None)
@given(line=lines)
def test_sums_and_probabilities_are_those_over_all_readings(line: RandomLine) -> None:
    every = line.all_readings()
    lattice = line.lattice
    assert lattice.total == pytest.approx(log_sum(list(every.values())))
    probabilities = lattice.probabilities()
    for one in line.groups:
        holding = [score for (cover, _), score in every.items() if one in cover]
        share = math.exp(log_sum(holding) - lattice.total) if holding else 0.0
        assert probabilities.get(one, 0.0) == pytest.approx(share, abs=1e-9)
    for piece in line.pieces:
        holding = [share for one, share in probabilities.items() if piece in one.pieces]
        assert sum(holding) == pytest.approx(1), "each piece is in one group"


@settings(max_examples=60, deadline=None)
@given(line=lines)
def test_the_best_readings_are_the_best_of_all(line: RandomLine) -> None:
    every = line.all_readings()
    best = list(readings(line.lattice, 12))
    expected = sorted(every.values(), reverse=True)[:12]
    assert [one.score for one in best] == pytest.approx(expected)
    assert len({(one.groups, one.labels) for one in best}) == len(best), "none comes twice"
    for one in best:
        assert every[one.groups, one.labels] == pytest.approx(one.score)


def test_all_readings_are_found_in_the_end() -> None:
    line = RandomLine(4, 3)
    every = line.all_readings()
    found = {(one.groups, one.labels) for one in readings(line.lattice, EVERY)}
    assert found == every.keys()
    shares = [math.exp(one.score - line.lattice.total) for one in readings(line.lattice, EVERY)]
    assert sum(shares) == pytest.approx(1)


def test_a_label_that_is_not_allowed_is_in_no_reading() -> None:
    line = RandomLine(3, 5)
    for one in line.groups:
        scores = [label_score(one, label) for label in range(LABELS)]
        one.set_scores([0, 2], [scores[0], scores[2]])
    assert all(1 not in one.labels for one in readings(line.lattice, EVERY))
    assert sum(
        math.exp(one.score - line.lattice.total) for one in readings(line.lattice, EVERY)
    ) == (pytest.approx(1))


def test_the_best_readings_of_a_long_line_differ_in_few_labels() -> None:
    pieces = stems(150)
    groups = [group([piece], [-1.1, -4.0, -5.0]) for piece in pieces]
    best = list(readings(built(pieces, groups, NoLinks()), 30))
    assert len(best) == 30
    assert set(best[0].labels) == {0}
    assert best[1].labels.count(1) == 1


def pairs(count: int) -> Lattice:
    """Every piece alone and with each other one."""
    pieces = stems(count)
    every = [[piece] for piece in pieces]
    every += [list(pair) for pair in itertools.combinations(pieces, 2)]
    groups = [group(some, [-2.0, -3.0, -4.0]) for some in every]
    return built(pieces, groups, NoLinks())


def test_the_least_likely_sets_are_not_followed() -> None:
    lattice = pairs(10)
    assert len(lattice.nodes) <= 10 * MOST_SETS * 10
    shares = lattice.probabilities()
    for piece_id in range(10):
        assert sum(share for one, share in shares.items() if piece_id in one.ids) == (
            pytest.approx(1)
        )


def test_what_is_hopeless_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beam_module, "_HOPELESS", 8.0)
    first, second = stems(2)
    likely, hopeless = group([first], [-1.0]), group([first], [-10.0])
    lattice = built([first, second], [likely, hopeless, group([second], [-1.0])], NoLinks())
    assert [before.group for before, _ in lattice.last[0].incoming] == [likely]
    assert lattice.total == pytest.approx(-2.0)
    assert lattice.probabilities()[hopeless] == 0.0


def test_ink_that_can_be_shared_in_countless_ways_is_refused() -> None:
    with pytest.raises(TooManyWaysError):
        pairs(24)


@settings(max_examples=40, deadline=None)
@given(line=lines, known=st.integers(1, 5))
def test_what_is_taken_over_of_a_lattice_is_what_would_be_made(
    line: RandomLine, known: int
) -> None:
    pieces = line.pieces[:known]
    ids = {piece.id for piece in pieces}
    before = built(pieces, [one for one in line.groups if set(one.ids) <= ids], line)
    after, fresh = built(line.pieces, line.groups, line, before), line.lattice
    assert after.total == fresh.total
    assert after.probabilities() == fresh.probabilities()
    assert list(readings(after, 12)) == list(readings(fresh, 12))


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_follows_the_likeliest_nodes_that_cover_the_same(seed: int) -> None:
    line = RandomLine(6, seed)
    whole = built(line.pieces, line.groups, line)
    narrow = built(line.pieces, line.groups, line, beam=Beam(followed=2))
    alone = built(line.pieces, line.groups, line, beam=Beam(followed=1))
    assert len(alone.nodes) <= len(narrow.nodes) <= len(whole.nodes)
    assert alone.total <= narrow.total <= whole.total
    # A wide one leaves nothing out.
    wide = built(line.pieces, line.groups, line, beam=Beam(followed=1000))
    assert wide.total == whole.total
    with pytest.raises(TooManyWaysError):
        built(line.pieces, line.groups, line, beam=Beam(nodes=5))
