"""Labelled drawings as a format of ink may have to carry them."""

import numpy as np
from hypothesis import strategies as st

from realtime.formats.drawing import LabelledDrawing, LabelledStrokes, Trace

# Any text that XML can carry; control characters are tested by name.
TEXTS = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc"),
        include_characters="\n\t\r",
        exclude_characters="\ufffe\uffff",
    ),
    max_size=12,
)
FORMULAS = ["", '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>é</mi> <mo>&lt;</mo></math>']
_SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=4)


@st.composite
def traces(draw: st.DrawFn, limit: float) -> tuple[Trace, ...]:
    """Strokes whose coordinates are at most `limit`, with the same channels."""
    sizes = draw(_SIZES)
    coordinate = st.floats(-limit, limit)
    has_times, has_pressure = draw(st.booleans()), draw(st.booleans())
    found = []
    for number, size in enumerate(sizes):
        points = draw(st.lists(st.tuples(coordinate, coordinate), min_size=size, max_size=size))
        times = draw(st.lists(st.floats(0, 1e9), min_size=size, max_size=size))
        if number == 0:
            times[0] = 0.0
        pressure = draw(st.lists(st.floats(0, 1), min_size=size, max_size=size))
        found.append(
            Trace(
                np.array(points, np.float64),
                np.array(times, np.float64) if has_times else None,
                np.array(pressure, np.float64) if has_pressure else None,
            )
        )
    return tuple(found)


@st.composite
def drawings(draw: st.DrawFn, limit: float = 1e7) -> LabelledDrawing:
    """A drawing with everything that is known of one, or without any of it."""
    strokes = draw(traces(limit))
    numbers = list(draw(st.permutations(range(len(strokes)))))
    sizes = draw(st.lists(st.integers(1, 3), max_size=3))
    segments = []
    for size in sizes:
        if own := numbers[:size]:
            segments.append(LabelledStrokes(draw(TEXTS), tuple(own)))
            del numbers[:size]
    notation = draw(st.sampled_from(["text", "latex"]))
    label = draw(st.none() | TEXTS)
    if notation == "latex":
        label = r"\frac{a}{b}<1"
    return LabelledDrawing(
        traces=strokes,
        label=label,
        notation="latex" if notation == "latex" else "text",
        mathml=draw(st.sampled_from(FORMULAS)),
        segments=tuple(segments),
        writer=draw(TEXTS),
        source=draw(TEXTS),
        hz=draw(st.none() | st.sampled_from([0.5, 60.0, 133.33, 200.0])),
        task=draw(st.sampled_from(["", "digit", "line", "math"])),
        canvas=draw(st.none() | st.just((400.0, 300.5))),
    )
