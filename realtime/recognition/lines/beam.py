"""How much of a lattice is looked at, and which of its nodes are worth following."""

from operator import attrgetter
from typing import NamedTuple

from realtime.recognition.lines.lattice_node import Node

# Sets of covered pieces that are followed further at one place of the line, the likeliest. In 2,000
# lines of handwriting there are at most a dozen; ink scribbled over itself has thousands.
MOST_SETS = 32
# Nodes that cover the same are followed further unless another is e^8 times likelier: what comes
# after them does not make up for that.
_HOPELESS = 8.0
# A line of forty strokes has about 80; with more than this an answer would take 20 ms and more.
MOST_NODES = 1000


class Beam(NamedTuple):
    """How much of a lattice is looked at.

    Attributes:
        nodes: at most.
        sets: of covered pieces at one place that are followed, at most; the likeliest.
        followed: of the nodes that cover the same, at most; the likeliest.
        hopeless: those are not followed than which another is likelier by this, as a logarithm;
            None for what suits lines.
    """

    nodes: int = MOST_NODES
    sets: int = MOST_SETS
    followed: int | None = None
    hopeless: float | None = None


WHOLE = Beam()


def likeliest(sets: dict[int, list[Node]], beam: Beam) -> list[tuple[int, list[Node]]]:
    """The sets to follow further, with the nodes that reach them and are worth following."""
    if len(sets) > beam.sets:
        by_best = sorted(
            sets.items(), key=lambda item: max([node.forward for node in item[1]]), reverse=True
        )
        sets = dict(by_best[: beam.sets])
    return [(covered, _hopeful(nodes, beam)) for covered, nodes in sets.items()]


def _hopeful(nodes: list[Node], beam: Beam) -> list[Node]:
    if len(nodes) < 2:
        return nodes
    margin = _HOPELESS if beam.hopeless is None else beam.hopeless
    least = max([node.forward for node in nodes]) - margin
    hopeful = [node for node in nodes if node.forward >= least]
    if beam.followed is not None and len(hopeful) > beam.followed:
        hopeful.sort(key=attrgetter("forward"), reverse=True)
        del hopeful[beam.followed :]
    return hopeful
