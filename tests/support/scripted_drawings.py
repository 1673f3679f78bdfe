"""The drawings of tests/recordings: their glyphs, styles, and corrected mistakes."""

from dataclasses import dataclass, replace
from typing import Literal

from tests.support.pen_lines import write_text
from tests.support.pens import WRITING_STYLES, PenPoint, PenStroke, Pointer, write_glyph

# A glyph and a style each.
STYLED_GLYPHS = (
    *(
        "0-oval-neat",
        "0-oval-slanted",
        "0-round-wide",
        "0-clockwise-left",
        "0-looped-hasty",
        "0-slashed-neat",
        "0-slashed-rising",
    ),
    *(
        "1-stick-neat",
        "1-stick-narrow",
        "1-leaning-left",
        "1-leaning-shaky",
        "1-flag-small",
        "1-long-flag-large",
    ),
    *("1-flag-foot-neat", "1-flag-foot-slanted"),
    *(
        "2-angled-neat",
        "2-waved-slanted",
        "2-waved-wide",
        "2-looped-rising",
        "2-looped-small",
        "2-rounded-hasty",
    ),
    *(
        "3-round-neat",
        "3-round-shaky",
        "3-flat-slanted",
        "3-flat-backhand",
        "3-looped-rising",
        "3-pointed-small",
    ),
    *(
        "4-open-neat",
        "4-open-slanted",
        "4-closed-rising",
        "4-closed-narrow",
        "4-open-one-stroke-neat",
        "4-closed-one-stroke-left",
    ),
    *("4-closed-one-stroke-hasty", "4-hooked-wide"),
    *(
        "5-hat-neat",
        "5-hat-slanted",
        "5-one-stroke-backhand",
        "5-one-stroke-shaky",
        "5-swept-hasty",
        "5-small-hat-small",
    ),
    *(
        "6-curled-neat",
        "6-curled-small",
        "6-open-slanted",
        "6-open-large",
        "6-straight-hasty",
        "6-round-wide",
    ),
    *(
        "7-plain-neat",
        "7-plain-backhand",
        "7-curved-hasty",
        "7-barred-neat",
        "7-barred-slanted",
        "7-serif-narrow",
        "7-serif-barred-large",
    ),
    *(
        "8-from-right-neat",
        "8-from-right-hasty",
        "8-from-top-slanted",
        "8-from-middle-rising",
        "8-clockwise-left",
        "8-two-rings-wide",
    ),
    *(
        "9-straight-neat",
        "9-straight-backhand",
        "9-leaning-hasty",
        "9-curved-slanted",
        "9-curved-small",
        "9-ring-leg-large",
    ),
)


# Letters and signs whose shape no other has, each in a style.
CAPITALS = (
    *("A-wide", "B-slanted", "D-wide", "E-small", "G-neat", "H-backhand"),
    *("M-hasty", "N-neat", "Q-rising", "R-slanted", "T-narrow"),
)
SMALL_LETTERS = (
    *("a-neat", "b-slanted", "d-small", "e-wide", "f-neat", "h-backhand"),
    *("k-hasty", "r-neat", "t-rising"),
)
SIGNS = {"question": "?", "exclamation": "!", "number": "#", "and": "&", "at": "@"}


@dataclass(frozen=True)
class Press:
    """A press of a button of the page."""

    button: Literal["undo", "redo", "clear"]


@dataclass(frozen=True)
class ScriptedDrawing:
    """A drawing on a blank page.

    Its label is None if it is no digit and has to be rejected, and a line's is its text.
    """

    name: str
    label: str | None
    pointer: Pointer
    actions: tuple[PenStroke | Press, ...]
    recognize: Literal["digit", "line", "character"] = "digit"


def scripted_drawings() -> tuple[ScriptedDrawing, ...]:
    """All drawings: digits, ink that is none, drawings with a mistake undone, lines, letters."""
    return (
        *(_written(name) for name in STYLED_GLYPHS),
        *_no_digits(),
        *_corrected(),
        *_lines(),
        *_characters(),
    )


def _lines() -> tuple[ScriptedDrawing, ...]:
    def line(name: str, text: str, style: str) -> ScriptedDrawing:
        chosen = WRITING_STYLES[style]
        return ScriptedDrawing(
            f"line-{name}-{style}", text, chosen.pointer, write_text(text, chosen, name), "line"
        )

    three, wrong, *_ = write_text("35", WRITING_STYLES["neat"], "line-undo")
    eight = write_text("38", WRITING_STYLES["neat"], "line-undo")[-1]
    return (
        line("207", "207", "neat"),
        line("1984", "1984", "slanted"),
        line("65", "65", "backhand"),
        ScriptedDrawing("line-undo", "38", "mouse", (three, wrong, Press("undo"), eight), "line"),
        line("sum", "12+30=", "slanted"),
        line("decimal", "3.14", "slanted"),
        line("date", "26-11-2026", "slanted"),
        line("product", "6×7=", "neat"),
    )


def _characters() -> tuple[ScriptedDrawing, ...]:
    def character(name: str, glyph: str, style: str) -> ScriptedDrawing:
        chosen = WRITING_STYLES[style]
        full_name = f"character-{name}-{style}"
        strokes = write_glyph(glyph, chosen, full_name)
        return ScriptedDrawing(full_name, glyph, chosen.pointer, strokes, "character")

    # A file system may take capitals for small letters.
    capitals = [("capital", *one.split("-")) for one in CAPITALS]
    small = [("small", *one.split("-")) for one in SMALL_LETTERS]
    letters = [character(f"{kind}-{of.lower()}", of, style) for kind, of, style in capitals + small]
    signs = [character(name, glyph, "neat") for name, glyph in SIGNS.items()]
    body, bar = write_glyph("E", WRITING_STYLES["neat"], "character-undo")
    wrong = write_glyph("t", WRITING_STYLES["neat"], "character-undo")[1]
    undone = (body, wrong, Press("undo"), bar)
    return (
        *letters,
        *signs,
        ScriptedDrawing("character-undo", "E", "mouse", undone, "character"),
    )


def _written(name: str) -> ScriptedDrawing:
    glyph, style = name.rsplit("-", 1)
    return ScriptedDrawing(
        name,
        name[0],
        WRITING_STYLES[style].pointer,
        write_glyph(glyph, WRITING_STYLES[style], name),
    )


def _no_digits() -> tuple[ScriptedDrawing, ...]:
    tap = (PenPoint(212.0, 190.0, 0.0, 0.4), PenPoint(212.0, 190.0, 70.0, 0.4))
    tremble = tuple(
        PenPoint(150 + x, 220 + y, 16.0 * i, 0.3)
        for i, (x, y) in enumerate([(0, 0), (0.8, 0.5), (1.5, -0.4), (0.6, 1.2)])
    )
    large = replace(WRITING_STYLES["large"], height=240.0, pace=9.0)
    pen = replace(WRITING_STYLES["slanted"], slant=0.0, height=200.0, pace=9.0)
    mouse = replace(WRITING_STYLES["hasty"], slant=0.0, pace=9.0)
    return (
        ScriptedDrawing("dot-tap", None, "touch", (PenStroke(tap),)),
        ScriptedDrawing("dot-tremble", None, "pen", (PenStroke(tremble),)),
        ScriptedDrawing(
            "scribble-zigzag", None, mouse.pointer, write_glyph("zigzag", mouse, "scribble-zigzag")
        ),
        ScriptedDrawing(
            "scribble-knot", None, large.pointer, write_glyph("knot", large, "scribble-knot")
        ),
        ScriptedDrawing(
            "scribble-crossing-out",
            None,
            pen.pointer,
            write_glyph("crossing-out", pen, "scribble-crossing-out"),
        ),
        ScriptedDrawing(
            "scribble-hatching",
            None,
            mouse.pointer,
            write_glyph("hatching", mouse, "scribble-hatching"),
        ),
    )


def _corrected() -> tuple[ScriptedDrawing, ...]:
    neat, pen, touch = WRITING_STYLES["neat"], WRITING_STYLES["slanted"], WRITING_STYLES["rising"]
    wrong_six = write_glyph("6-curled", neat, "7-undo-six")
    stem, bar = write_glyph("7-barred", pen, "7-undo-redo-bar")
    body, hat = write_glyph("5-hat", touch, "5-undo-hat")
    misplaced_hat = PenStroke(
        tuple(point._replace(y=point.y + 90.0, x=point.x - 20.0) for point in hat.points)
    )
    scribble = write_glyph("zigzag", replace(touch, height=150.0, pace=9.0), "3-clear-scribble")
    return (
        ScriptedDrawing(
            "7-undo-six",
            "7",
            "mouse",
            (*wrong_six, Press("undo"), *write_glyph("7-plain", neat, "7-undo-six")),
        ),
        ScriptedDrawing("5-undo-hat", "5", "touch", (body, misplaced_hat, Press("undo"), hat)),
        ScriptedDrawing("7-undo-redo-bar", "7", "pen", (stem, bar, Press("undo"), Press("redo"))),
        ScriptedDrawing(
            "3-clear-scribble",
            "3",
            "touch",
            (*scribble, Press("clear"), *write_glyph("3-round", touch, "3-clear-scribble")),
        ),
    )
