"""What the score of a text is the weighted sum of, by groups and links of its lattice."""

from collections.abc import Sequence

from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.scoring import LabelScorer
from realtime.recognition.text.letter_places import LetterPlace
from realtime.recognition.text.links import TextLinks
from realtime.recognition.text.weights import TextLinkWeights
from train.model.path_sums import Floats

LINK_FEATURES = TextLinkWeights.__struct_fields__


class TextFeatures:
    """`line_field.Features` of texts, in the order of `LABEL_FEATURES` and `LINK_FEATURES`.

    A link's depend on the line that its groups are of, by whose `TextLinks` they are known.
    """

    def __init__(self, labels: LabelScorer[LetterPlace], links: dict[Group, TextLinks]) -> None:
        self._labels = labels
        self._links = links
        # The same pieces are a group for each of their labels, one after the other.
        self._newest: Floats | None = None
        self._features: Floats

    def of_labels(self, group: Group, labels: Sequence[int]) -> Sequence[Sequence[float]]:
        """Of some labels of a group."""
        if self._newest is not group.own_scores:
            self._newest = group.own_scores
            self._features = self._labels.features(
                group.log_probabilities, len(group.stroke_numbers), group.inside, group.place
            )
        rows: list[list[float]] = self._features[labels].tolist()
        return rows

    def of_link(self, one: Group | None, other: Group | None, state: int) -> Sequence[float]:
        """Of one group followed by another, None for the line's ends; see `lattice_node.Links`."""
        some = one or other
        if some is None:
            raise ValueError("a link is of one group at least")
        return self._links[some].features(one, other, state)
