"""The signs of mathematics: their kinds, and their names in LaTeX, MathML and plain text."""

from collections.abc import Mapping
from types import MappingProxyType

# Kinds of signs that are alike in what stands beside them. What is not named is a small letter.
DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZΔ"
# A point in the middle of a line is a sign as × is; it is drawn as a full stop.
DOT = "·"
BINARY = "+-×÷±/%" + DOT
RELATIONS = "=≠<>≤≥→:"
OPENING = "([{"
CLOSING = ")]}"
BARS = "|"
SUMS = "∑∏∫"
ROOTS = "√"
STOPS = ",."
AFTER = "!"
CONSTANTS = "∞π"
# A fraction, or a root with what is in it.
COMPOUND = "compound"
LETTER = "letter"
LETTERS = (LETTER, "capital")
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "digit": DIGITS,
        "capital": CAPITALS,
        "binary": BINARY,
        "relation": RELATIONS,
        "opening": OPENING,
        "closing": CLOSING,
        "bar": BARS,
        "sum": SUMS,
        "stop": STOPS,
        "after": AFTER,
        "constant": CONSTANTS,
    }
)
KIND_NAMES = (LETTER, COMPOUND, *KINDS)
_KIND_OF = {label: kind for kind, labels in KINDS.items() for label in labels}
# The square root is a compound as soon as it is drawn.
_KIND_OF["√"] = COMPOUND

# Names that are written in letters, the longest first where one ends as another does.
FUNCTIONS = ("sin", "cos", "tan", "log", "lim", "ln")

# Of signs that LaTeX does not know by themselves.
LATEX: Mapping[str, str] = MappingProxyType(
    {
        "×": r"\times",
        "÷": r"\div",
        "·": r"\cdot",
        "±": r"\pm",
        "≠": r"\neq",
        "≤": r"\leq",
        "≥": r"\geq",
        "→": r"\rightarrow",
        "∞": r"\infty",
        "∑": r"\sum",
        "∏": r"\prod",
        "∫": r"\int",
        "π": r"\pi",
        "α": r"\alpha",
        "β": r"\beta",
        "γ": r"\gamma",
        "θ": r"\theta",
        "λ": r"\lambda",
        "μ": r"\mu",
        "Δ": r"\Delta",
        "{": r"\{",
        "}": r"\}",
        "%": r"\%",
        "√": r"\surd",
    }
)


def kind_of(label: str) -> str:
    """The kind of a sign, one of `KIND_NAMES`."""
    return _KIND_OF.get(label, LETTER)
