"""Tests of formulas in LaTeX and in one line."""

import pytest

from realtime.recognition.math.notation import latex_of, text_of
from realtime.recognition.math.tree import Row, with_functions
from tests.support.formula_rows import fraction, root, row, scripted


@pytest.mark.parametrize(
    ("formula", "latex", "text"),
    [
        (row("12+3="), "12+3=", "12+3="),
        (row("(1+2)×π"), r"(1+2)\times\pi", "(1+2)×π"),
        (row("πx"), r"\pi x", "πx"),
        (row("a≤b≠c"), r"a\leq b\neq c", "a≤b≠c"),
        (row(scripted("x", sup=row("2"))), "x^{2}", "x^2"),
        (row(scripted("x", row("i"), row("n+1"))), "x_{i}^{n+1}", "x_i^(n+1)"),
        (row(fraction(row("1+2"), row("3")), "="), r"\frac{1+2}{3}=", "((1+2)/3)="),
        (row(fraction(row("1"), row("20"))), r"\frac{1}{20}", "1/20"),
        (row(root(row("2"))), r"\sqrt{2}", "√(2)"),
        (row(root(row("x"), row("3"))), r"\sqrt[3]{x}", "√[3](x)"),
        (
            row(scripted("∑", row("i=1"), row("n")), "i"),
            r"\sum_{i=1}^{n}i",
            "∑_(i=1)^n i",
        ),
        (row("sinx"), r"\sin x", "sin x"),
        (row("log", scripted("x", sup=row("2"))), r"\log x^{2}", "log x^2"),
        (row("li", scripted("m", row("n→∞")), "n"), r"\lim_{n\rightarrow\infty}n", "lim_(n→∞)n"),
        (row("{a|b}"), r"\{a|b\}", "{a|b}"),
        (row("5%"), r"5\%", "5%"),
    ],
)
def test_a_formula_is_written(formula: Row, latex: str, text: str) -> None:
    spelt = with_functions(formula)
    assert latex_of(spelt) == latex
    assert text_of(spelt) == text


def test_letters_with_an_index_spell_no_name() -> None:
    formula = row("s", scripted("i", row("1")), "n")
    assert latex_of(with_functions(formula)) == "si_{1}n"


def test_letters_that_look_like_those_of_a_name_spell_it() -> None:
    spelt = with_functions(row("C0Sx+1n"))
    assert latex_of(spelt) == r"\cos x+1n"
    assert latex_of(with_functions(row("109"))) == "109"
