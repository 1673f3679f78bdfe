"""Tests of the one form that spellings of a formula in LaTeX have."""

import pytest

from train.evaluation.latex_forms import normal_form, signs_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x^2", "x^{2}"),
        ("x_1^2", "{x}^{2}_{1}"),
        (r"\frac12", r"\frac{1}{2}"),
        (r"\frac{{a^{5}} {b^{8}}}{2}", r"\frac{a^5b^8}{2}"),
        (r"\left( a + b \right)", "(a+b)"),
        (r"a \lt b", "a<b"),
        (r"n \to \infty", r"n\rightarrow\infty"),
        (r"\sqrt { \mbox { N } }", r"\sqrt{N}"),
        (r"\sqrt[n]{x}", r"\sqrt [n] {x}"),
        (r"\int\limits_{0}^{1}", r"\int_0^1"),
        (r"a\le b\ne c", r"a\leq b\neq c"),
        (r"\sqrt\frac12", r"\sqrt{\frac{1}{2}}"),
    ],
)
def test_spellings_are_the_same(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(("one", "other"), [("x^2", "x2"), ("x^{2y}", "x^2y"), ("x", "X")])
def test_other_formulas_differ(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


@pytest.mark.parametrize("latex", ["{x", "x}", r"\frac{1}", "x^"])
def test_what_is_no_formula_is_refused(latex: str) -> None:
    with pytest.raises(ValueError, match="is no formula"):
        normal_form(latex)


def test_the_signs_of_a_formula() -> None:
    found = signs_in(normal_form(r"\sin \frac{x^2}{\sqrt[3]{y}} \leq 1"))
    assert found == {"x", "2", r"\sqrt", "3", "y", r"\leq", "1"}
