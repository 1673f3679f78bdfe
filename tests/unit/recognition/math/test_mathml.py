"""Tests of formulas in MathML: well-formed, and tied to the segments of the answer."""

from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.recognition.math.mathml import MATHML, mathml_of
from realtime.recognition.math.tree import Row, signs_of, with_functions
from tests.support.formula_rows import fraction, root, row, scripted

_NAME = f"{{{MATHML}}}"


def parsed(formula: Row) -> ET.Element:
    places = {sign.ids: place for place, sign in enumerate(signs_of(formula))}
    return ET.fromstring(mathml_of(with_functions(formula), places))  # noqa: S314


def leaves(element: ET.Element) -> list[tuple[str, str | None, str | None]]:
    """The elements that name segments, or are text, in order."""
    return [
        (one.tag.removeprefix(_NAME), one.text, one.get("data-segment"))
        for one in element.iter()
        if one.text or one.get("data-segment")
    ]


def test_the_digits_of_a_number_are_one_leaf() -> None:
    assert leaves(parsed(row("12.5+x"))) == [
        ("mn", "12.5", "0 1 2 3"),
        ("mo", "+", "4"),
        ("mi", "x", "5"),
    ]


def test_a_fraction_names_its_bar() -> None:
    assert leaves(parsed(row(fraction(row("1"), row("2"))))) == [
        ("mfrac", None, "0"),
        ("mn", "1", "1"),
        ("mn", "2", "2"),
    ]


def test_a_root_with_an_index() -> None:
    math = parsed(row(root(row("x"), row("3"))))
    [found] = math
    assert found.tag == f"{_NAME}mroot"
    assert [leaf[1] for leaf in leaves(found)] == [None, "x", "3"]


def test_limits_stand_over_and_under_a_sum_and_beside_an_integral() -> None:
    formula = row(scripted("∑", row("1"), row("n")), scripted("∫", row("0"), row("1")))
    assert [one.tag.removeprefix(_NAME) for one in parsed(formula)] == ["munderover", "msubsup"]


def test_a_power_of_a_number_has_all_its_digits() -> None:
    [power] = parsed(row("1", scripted("2", sup=row("3"))))
    assert power.tag == f"{_NAME}msup"
    assert leaves(power)[0] == ("mn", "12", "0 1")


def test_what_xml_escapes_is_escaped() -> None:
    written = mathml_of(row("a<b>c"), {})
    assert "&lt;" in written
    assert [leaf[1] for leaf in leaves(parsed(row("a<b>c")))] == ["a", "<", "b", ">", "c"]


def test_signs_of_other_readings_name_no_segment() -> None:
    assert "data-segment" not in mathml_of(row("1+2"), {})


_LABELS = st.text("0123456789xyz+-=<>.|(){}%√∑∫π", min_size=1, max_size=5)


def _rows(within: st.SearchStrategy[Row]) -> st.SearchStrategy[Row]:
    return st.one_of(
        st.builds(lambda over, under: row(fraction(over, under)), within, within),
        st.builds(lambda inside, index: row(root(inside, index)), within, within | st.just(())),
        st.builds(lambda sub, sup: row(scripted("x", sub, sup)), within, within | st.just(())),
        st.builds(lambda one, other: one + other, within, within),
    )


@settings(deadline=None)
@given(st.recursive(_LABELS.map(row), _rows, max_leaves=8))
def test_any_formula_is_well_formed(formula: Row) -> None:
    math = parsed(formula)
    named = [
        int(place)
        for element in math.iter()
        for place in (element.get("data-segment") or "").split()
    ]
    assert sorted(named) == list(range(len(list(signs_of(formula)))))
