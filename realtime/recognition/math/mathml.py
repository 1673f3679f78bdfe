"""A formula in presentation MathML, whose leaves name the segments that they were read from."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from realtime.recognition.math.signs import DIGITS
from realtime.recognition.math.tree import Base, Fraction, Function, Ids, Item, Row, Sign

MATHML = "http://www.w3.org/1998/Math/MathML"
# Leaves name the places of their segments in the answer, with spaces between several.
SEGMENT = "data-segment"
_OVER_AND_UNDER = "∑∏"
_LIMIT = "lim"
_LETTERS_UPRIGHT = "∞"


def mathml_of(row: Row, segments: Mapping[Ids, int]) -> str:
    """The row as one element `math`.

    Args:
        row: with the names of functions put together; see `tree.with_functions`.
        segments: the places of the answer's segments; signs that are none of them name none.
    """
    math = ET.Element("math", {"xmlns": MATHML, "display": "block"})
    _Writer(segments).write_row(math, row)
    return ET.tostring(math, encoding="unicode")


class _Writer:
    """Writes rows into elements."""

    def __init__(self, segments: Mapping[Ids, int]) -> None:
        self._segments = segments

    def write_row(self, parent: ET.Element, row: Row) -> None:
        """Write a row's items into an element."""
        for items in _numbers_together(row):
            self._write_item(parent, items)

    def _write_item(self, parent: ET.Element, items: Sequence[Item]) -> None:
        """Write an item, or the digits of one number."""
        last = items[-1]
        base = last.base
        is_over_and_under = (isinstance(base, Sign) and base.label in _OVER_AND_UNDER) or (
            isinstance(base, Function) and base.name == _LIMIT
        )
        tags = ("munder", "mover", "munderover") if is_over_and_under else _BESIDE
        if last.sub and last.sup:
            parent = ET.SubElement(parent, tags[2])
        elif last.sub or last.sup:
            parent = ET.SubElement(parent, tags[0] if last.sub else tags[1])
        if isinstance(base, Sign) and (len(items) > 1 or base.label in DIGITS):
            signs = [one.base for one in items if isinstance(one.base, Sign)]
            self._leaf(parent, "mn", "".join([one.label for one in signs]), signs)
        else:
            self._write_base(parent, base)
        for row in (last.sub, last.sup):
            if row:
                self._write_within(parent, row)

    def _write_base(self, parent: ET.Element, base: Base) -> None:
        if isinstance(base, Sign):
            is_letter = base.label.isalpha() and base.label not in "∑∏∫"
            self._leaf(parent, "mi" if is_letter or base.label == "∞" else "mo", base.label, [base])
        elif isinstance(base, Function):
            self._leaf(parent, "mi", base.name, base.signs)
        elif isinstance(base, Fraction):
            fraction = ET.SubElement(parent, "mfrac")
            self._name(fraction, [base.bar])
            self._write_within(fraction, base.over)
            self._write_within(fraction, base.under)
        elif base.degree:
            root = ET.SubElement(parent, "mroot")
            self._name(root, [base.sign])
            self._write_within(root, base.inside)
            self._write_within(root, base.degree)
        else:
            root = ET.SubElement(parent, "msqrt")
            self._name(root, [base.sign])
            self.write_row(root, base.inside)

    def _write_within(self, parent: ET.Element, row: Row) -> None:
        """Write a row as one element."""
        self.write_row(ET.SubElement(parent, "mrow"), row)

    def _leaf(self, parent: ET.Element, tag: str, text: str, signs: Sequence[Sign]) -> None:
        leaf = ET.SubElement(parent, tag)
        # MathML's own minus is not the hyphen.
        leaf.text = "−" if text == "-" else text
        self._name(leaf, signs)

    def _name(self, element: ET.Element, signs: Sequence[Sign]) -> None:
        places = [self._segments[one.ids] for one in signs if one.ids in self._segments]
        if places:
            element.set(SEGMENT, " ".join(map(str, places)))


_BESIDE = ("msub", "msup", "msubsup")


def _numbers_together(row: Row) -> list[list[Item]]:
    """The items of a row one by one, but for those of a number together."""
    found: list[list[Item]] = []
    is_open = False
    for place, item in enumerate(row):
        is_digit = _is_one_of(item, DIGITS)
        is_point = _is_one_of(item, ".,") and is_open and not item.sub and not item.sup
        if is_point:
            following = row[place + 1] if place + 1 < len(row) else None
            is_point = following is not None and _is_one_of(following, DIGITS)
            # In a set or a list a comma is followed by another number as well: a point alone joins.
            is_point = is_point and _is_one_of(item, ".")
        if is_open and (is_digit or is_point):
            found[-1].append(item)
        else:
            found.append([item])
        is_open = (is_digit or is_point) and not (item.sub or item.sup)
    return found


def _is_one_of(item: Item, labels: str) -> bool:
    return isinstance(item.base, Sign) and item.base.label in labels
