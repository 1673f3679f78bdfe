"""Here a stroke point is made: many hands write the forms of `tests.support.glyphs`, each point with its time and pressure.

A hand makes a form its own in the order in which a real one does: the control points miss their mark a little, a smooth line goes
through them, the whole is stretched, slanted and put somewhere on the canvas, and the pen runs along it, slower in bends than on
straights, trembling. All is decided by the sample's name, so that a sample is the same on every machine.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from tests.support.glyphs import GLYPHS, SCRIBBLES

Pointer = Literal["mouse", "touch", "pen"]
Floats = npt.NDArray[np.float64]

CANVAS = 400.0  # side of the logical canvas, canvas units
MARGIN = 14.0  # nearest that ink comes to the border, canvas units
TREMOR_HZ = (4.0, 12.0)  # of a healthy hand that writes
SLOWEST = 0.25  # speed in the sharpest bend, as a share of that on straights
_STEPS = 24  # points on the line between two control points; more would not be seen


class PenPoint(NamedTuple):
    """Where the pen is: `x`, `y` in canvas units, milliseconds since its stroke began, pressure from 0 to 1."""

    x: float
    y: float
    t_ms: float
    pressure: float


@dataclass(frozen=True)
class Draw:
    """Pen down at the first point, along the others, up at the last."""

    points: tuple[PenPoint, ...]


@dataclass(frozen=True)
class Press:
    """A button of the page."""

    button: Literal["undo", "redo", "clear"]


@dataclass(frozen=True)
class ScriptedDrawing:
    """One drawing from a blank page: what it means (None: no digit, to be rejected) and what the hand does."""

    name: str
    label: str | None
    pointer: Pointer
    actions: tuple[Draw | Press, ...]


@dataclass(frozen=True)
class WritingStyle:
    """How somebody writes."""

    pointer: Pointer = "mouse"
    height: float = 230.0  # of a digit, canvas units
    width: float = 1.0  # times the form's
    slant: float = 0.0  # degrees that uprights lean to the right
    tilt: float = 0.0  # degrees that the base line falls to the right
    place: tuple[float, float] = (0.5, 0.5)  # of the digit's middle, as a share of the canvas
    sloppiness: float = (
        0.012  # by how much control points miss their mark, as a share of the height
    )
    tremor: float = 0.4  # canvas units
    pace: float = 3.2  # digit heights of line a second
    rate_hz: float = 90.0  # how often the device reports the pen


WRITING_STYLES = {
    "neat": WritingStyle(),
    "slanted": WritingStyle("pen", slant=17, height=220, rate_hz=110),
    "backhand": WritingStyle("touch", slant=-11, width=1.05, height=200, place=(0.4, 0.55)),
    "wide": WritingStyle("pen", width=1.3, height=190, pace=3.6, rate_hz=120),
    "narrow": WritingStyle("touch", width=0.75, height=280, slant=5),
    "small": WritingStyle("pen", height=90, place=(0.24, 0.27), tremor=0.25, rate_hz=120),
    "large": WritingStyle("touch", height=345, width=1.08, pace=3.0, rate_hz=80),
    "shaky": WritingStyle("mouse", tremor=1.9, sloppiness=0.018, height=250, pace=2.7, place=(0.55, 0.48)),
    "hasty": WritingStyle(
        "mouse", pace=5.0, sloppiness=0.02, slant=12, rate_hz=62, tremor=0.7, place=(0.6, 0.45)
    ),
    "rising": WritingStyle("touch", tilt=-9, slant=7, height=210, place=(0.65, 0.65)),
    "left": WritingStyle("pen", slant=-6, tilt=4, height=170, place=(0.3, 0.7), sloppiness=0.016),
}

# A form and a hand each.
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


def scripted_drawings() -> tuple[ScriptedDrawing, ...]:
    """Everything that is drawn: digits, ink that is no digit, and drawings with a mistake taken back."""
    return (*(_written(name) for name in STYLED_GLYPHS), *_no_digits(), *_corrected())


def _written(name: str) -> ScriptedDrawing:
    form, hand = name.rsplit("-", 1)
    return ScriptedDrawing(name, name[0], WRITING_STYLES[hand].pointer, write_glyph(form, WRITING_STYLES[hand], name))


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
        ScriptedDrawing("dot-tap", None, "touch", (Draw(tap),)),
        ScriptedDrawing("dot-tremble", None, "pen", (Draw(tremble),)),
        ScriptedDrawing("scribble-zigzag", None, mouse.pointer, write_glyph("zigzag", mouse, "scribble-zigzag")),
        ScriptedDrawing("scribble-knot", None, large.pointer, write_glyph("knot", large, "scribble-knot")),
        ScriptedDrawing(
            "scribble-crossing-out",
            None,
            pen.pointer,
            write_glyph("crossing-out", pen, "scribble-crossing-out"),
        ),
        ScriptedDrawing(
            "scribble-hatching", None, mouse.pointer, write_glyph("hatching", mouse, "scribble-hatching")
        ),
    )


def _corrected() -> tuple[ScriptedDrawing, ...]:
    neat, pen, touch = WRITING_STYLES["neat"], WRITING_STYLES["slanted"], WRITING_STYLES["rising"]
    wrong_six = write_glyph("6-curled", neat, "7-undo-six")
    stem, bar = write_glyph("7-barred", pen, "7-undo-redo-bar")
    body, hat = write_glyph("5-hat", touch, "5-undo-hat")
    misplaced_hat = Draw(
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


def write_glyph(form: str, hand: WritingStyle, seed: str) -> tuple[Draw, ...]:
    """The strokes of a form (a name in `FORMS` or `SCRIBBLES`) as a hand writes them; `seed` decides all chance."""
    random = np.random.default_rng(zlib.crc32(f"{form} {seed}".encode()))
    strokes = GLYPHS[form] if form in GLYPHS else SCRIBBLES[form]
    lines = [_line(stroke, hand.sloppiness, random) for stroke in strokes]
    return tuple(_run(line, hand, random) for line in _place(lines, hand))


def _line(stroke: str, sloppiness: float, random: np.random.Generator) -> Floats:
    """Array (n, 2) of points along a stroke of `tests.support.glyphs`, unit: the form's height."""
    words = stroke.split()
    control = (
        np.array([[float(part) for part in word.rstrip("!").split(",")] for word in words]) / 100
    )
    control += random.normal(0.0, sloppiness, control.shape)
    corners = [0, *(i for i, word in enumerate(words) if word.endswith("!")), len(words) - 1]
    parts = [_bend(control[a : b + 1], random) for a, b in pairwise(corners)]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _bend(control: Floats, random: np.random.Generator) -> Floats:
    """A smooth line (centripetal Catmull-Rom spline) through an array (n ≥ 2, 2) of points."""
    if len(control) == 2:
        along = control[1] - control[0]
        # No hand draws a straight line.
        bow = random.normal(0.0, 0.018) * np.array([-along[1], along[0]])
        control = np.array([control[0], control.mean(axis=0) + bow, control[1]])
    knots = np.concatenate(
        [2 * control[:1] - control[1:2], control, 2 * control[-1:] - control[-2:-1]]
    )
    times = np.concatenate(
        [[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(knots, axis=0), axis=1)))]
    )
    pieces = [control[:1]]
    for i in range(len(control) - 1):
        t = np.linspace(times[i + 1], times[i + 2], _STEPS + 1)[1:, None]
        # The pyramid of Barry and Goldman, "A recursive evaluation algorithm for a class of Catmull-Rom splines", 1988: each level
        # mixes neighbours of the one below, over the time that they span; the last one spans the middle knots alone.
        level = [*knots[i : i + 4]]
        for spans in (((0, 1), (1, 2), (2, 3)), ((0, 2), (1, 3)), ((1, 2),)):
            level = [
                (level[j] * (times[i + high] - t) + level[j + 1] * (t - times[i + low]))
                / (times[i + high] - times[i + low])
                for j, (low, high) in enumerate(spans)
            ]
        pieces.append(level[0])
    return np.concatenate(pieces)


def _place(lines: Sequence[Floats], hand: WritingStyle) -> list[Floats]:
    """Stretch, slant, turn and move a form to where the hand writes; result in canvas units."""
    points = np.concatenate(lines)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    slant, tilt = np.tan(np.radians(hand.slant)), np.radians(hand.tilt)
    shear = np.array([[hand.width, -slant], [0.0, 1.0]])
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    matrix = hand.height * (turn @ shear)
    placed = [(line - middle) @ matrix.T + np.array(hand.place) * CANVAS for line in lines]
    points = np.concatenate(placed)
    inside = np.clip(0.0, MARGIN - points.min(axis=0), CANVAS - MARGIN - points.max(axis=0))
    return [line + inside for line in placed]


def _run(line: Floats, hand: WritingStyle, random: np.random.Generator) -> Draw:
    """Let the pen run along a line, array (n, 2) in canvas units, as fast as its bends allow."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    headings = np.unwrap(np.arctan2(*np.diff(line, axis=0).T[::-1]))
    turning = np.abs(np.gradient(headings)) / np.maximum(steps, 1e-6)
    # Speed follows the bend's radius by the power law of handwriting: Lacquaniti, Terzuolo, Viviani, 1983.
    radius = 1 / np.maximum(turning * hand.height, 1e-6)
    scale = np.clip(radius ** (1 / 3), SLOWEST, 1.0)
    travelled = np.cumsum(steps) - steps / 2
    ramp = np.minimum(travelled, travelled[-1] + travelled[0] - travelled) / (0.12 * hand.height)
    scale *= np.clip(0.35 + ramp, None, 1.0)
    time_s = np.concatenate([[0.0], np.cumsum(steps / (scale * hand.pace * hand.height))])
    moments = np.append(
        np.arange(0.0, time_s[-1] - 0.5 / hand.rate_hz, 1 / hand.rate_hz), time_s[-1]
    )
    moments[1:-1] += random.uniform(-0.15, 0.15, len(moments) - 2) / hand.rate_hz
    places = np.stack([np.interp(moments, time_s, line[:, axis]) for axis in (0, 1)], axis=1)
    frequencies, phases = random.uniform(*TREMOR_HZ, (3, 2)), random.uniform(0.0, 2 * np.pi, (3, 2))
    waves = np.sin(2 * np.pi * frequencies * moments[:, None, None] + phases)
    places = np.clip(places + hand.tremor * waves.mean(axis=1), 1.0, CANVAS - 1.0)
    ends = np.minimum(moments, moments[-1] - moments) / 0.06
    pressure = np.clip(
        0.25 + 0.35 * np.clip(ends, 0.0, 1.0) + 0.05 * waves.mean(axis=(1, 2)), 0.05, 1.0
    )
    return Draw(
        tuple(
            PenPoint(*map(float, row))
            for row in np.column_stack([places, moments * 1000, pressure])
        )
    )
