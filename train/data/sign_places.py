"""How large signs are and where they stand, in print: middle over the baseline, and longer side.

Both in heights of a capital letter. Composed formulas are set by these; what is known of letters
and digits in handwriting is measured in it, and stands in for them where a reader is fitted.
"""

# Top and bottom over the baseline of signs that are higher than wide, and alike.
_TALL = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZbdhklθλΔ?"
_LOW = "acemnorsuvwxzαπ"
_DESCENDING = "gpqyγμ"
_EXTENTS = {
    **dict.fromkeys(_TALL, (1.0, 0.0)),
    **dict.fromkeys(_LOW, (0.62, 0.0)),
    **dict.fromkeys(_DESCENDING, (0.62, -0.38)),
    "f": (1.0, -0.15),
    "t": (0.9, 0.0),
    "i": (0.85, 0.0),
    "j": (0.85, -0.38),
    "β": (1.0, -0.3),
    "∞": (0.62, 0.12),
    **dict.fromkeys("()[]{}|", (1.1, -0.2)),
    "/": (1.1, -0.15),
    "!": (1.0, 0.0),
    "%": (1.0, 0.0),
    "∑": (1.2, -0.25),
    "∏": (1.1, -0.2),
    "∫": (1.4, -0.5),
    "√": (1.1, -0.1),
}
# Middle and longer side of signs that are wider than high, or differ in width.
_MIDDLES = {
    "+": (0.42, 0.62),
    "-": (0.42, 0.5),
    "×": (0.36, 0.5),
    "÷": (0.42, 0.6),
    "±": (0.42, 0.75),
    "=": (0.42, 0.6),
    "≠": (0.42, 0.75),
    "<": (0.4, 0.6),
    ">": (0.4, 0.6),
    "≤": (0.4, 0.75),
    "≥": (0.4, 0.75),
    "→": (0.4, 0.9),
    ".": (0.05, 0.07),
    "·": (0.42, 0.07),
    ",": (-0.05, 0.28),
    ":": (0.35, 0.55),
    "m": (0.31, 0.8),
    "w": (0.31, 0.75),
    "∞": (0.35, 0.8),
}
# Standard deviations of the logarithm of a size: of letters and digits, and of signs.
_SCALE = 0.14
_SIGN_SCALE = 0.25


def place_of(label: str) -> tuple[float, float, float]:
    """A sign's middle, its longer side, and how much the logarithm of that differs."""
    if label in _MIDDLES:
        middle, longer = _MIDDLES[label]
        return middle, longer, _SCALE if label in "mw" else _SIGN_SCALE
    top, bottom = _EXTENTS.get(label, (1.0, 0.0))
    scale = _SIGN_SCALE if label in "()[]{}|/∑∏∫√" else _SCALE
    return (top + bottom) / 2, top - bottom, scale
