"""Valid messages, and values that are wrong where they are put, as material for fuzzing."""

import re
from collections.abc import Sequence

from tests.support.drawing import EDGE_CASES, ONE, SEVEN, Json, Point, example_of, point_columns

# Stands for the `seq`, which is not known while a message is drawn.
SEQ_PLACEHOLDER = "<seq>"
# Mutations that change the structure and not a value.
REMOVED, RENAMED, REPEATED = "removed", "renamed", "repeated"


def words(text: str) -> list[str]:
    """Values separated by two spaces or more."""
    return re.split(r"\s{2,}", text.strip())


# Values of a wrong type or range, as JSON.
UNEXPECTED_VALUES = [
    *(REMOVED, RENAMED, REPEATED, "9" * 400, "-" + "9" * 5_000, "0." + "3" * 999),
    *words(r"""
    null  true  false  ""  "7"  "<= 1.2.3"  " - at `$.x[0]`"  "\u0000"  "💥"  {}  {"x":[1]}  -1  -0
    0.5  1.0  1e2  5e-324  1e-400  1e308  1e999  -1e999  100000  -100000  100000.01  -100001
    2147483648  9007199254740990  9007199254740991  9007199254740992  -9223372036854775808
    18446744073709551616  []  [[]]  [null]  ["1"]  [1,2]  [-1]  [1e999]  [[1]]  ["7","7"]
    ["7","x"]  [0,0,0,0,0,0]
    """),
    *(
        text
        for depth in (10, 300)
        for text in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth)
    ),
]
# Values that are no JSON. A lone surrogate becomes the byte of its last two digits, which is no
# UTF-8.
MALFORMED_VALUES = [
    *words(
        r"""
    NaN  Infinity  -Infinity  01  +1  1.  tru  '7'  undefined  [1,]  {"a":1,}  /**/1  {  ]
    "\ud800"  "\x"
"""
    ),
    *("", "[" * 100_000, '"\udcff"', '"\udce2\udc82"', '"\udced\udca0\udc80"', '"\udcc0\udcaf"'),
    # Valid JSON, but nested too deeply. Near a depth of a thousand it would depend on the caller's
    # own depth whether Python says so.
    *("[" * 100_000 + "]" * 100_000, '{"":' * 100_000 + "1" + "}" * 100_000),
]


def _points_template(
    drawn: Sequence[Point], stroke: object = SEQ_PLACEHOLDER, *, end: bool = True, **more: object
) -> Json:
    return _template("points", stroke=stroke, **point_columns(drawn), end=end, **more)


def ink_template(strokes: Sequence[Sequence[Point]]) -> Json:
    return _template("ink", strokes=[point_columns(stroke) for stroke in strokes])


def _template(kind: str, **fields: object) -> Json:
    return {"type": kind, "seq": SEQ_PLACEHOLDER, **fields}


def _examples_template(strokes: Sequence[Sequence[Point]], label: str, times: int = 1) -> Json:
    return _template("examples", examples=[example_of(strokes, label)] * times)


_LONG = EDGE_CASES["10,000 points"][0]
_SHAPES = [SEVEN, ONE, *(shape for name, shape in EDGE_CASES.items() if name != "10,000 points")]
CONFIGS: list[Json] = [
    {"type": "config"},
    {
        "type": "config",
        "v": 1,
        "canvas": {"width": 640, "height": 480.5},
        "top": 10,
        "image": True,
        "labels": ["1", "7", "3"],
    },
    {"type": "config", "interim": False, "top": 1000},
    {"type": "config", "labels": ["7", "1", "7"]},
    {"type": "config", "recognize": "line", "top": 5, "image": True},
    {"type": "config", "recognize": "line", "labels": ["7", "1"], "interim": False},
    {"type": "config", "recognize": "character", "top": 94, "image": True},
    {"type": "config", "recognize": "character", "labels": ["1", "l", "A"], "interim": False},
    {"type": "config", "recognize": "text", "top": 5},
    {"type": "config", "recognize": "math", "top": 3},
]
VALID_MESSAGES: list[Json] = [
    *(_points_template(stroke) for shape in _SHAPES for stroke in shape),
    *(
        _points_template(shape[0], number, end=end)
        for shape in _SHAPES
        for number in (0, 1)
        for end in (True, False)
    ),
    *(_points_template(ONE[0], p=[0, 0.5, 0.75, 1]), _points_template([], 0)),
    *(_template("erase", stroke=number) for number in (SEQ_PLACEHOLDER, 0, 1)),
    *map(_template, ("undo", "undo", "redo", "clear")),
    *(
        _template("correct", strokes=strokes, label=label)
        for strokes in ([0], [1, 0], [2])
        for label in ("7", "1", None)
    ),
    *(_template("teach", label=label) for label in "71x"),
    *(_examples_template(shape, label) for shape in (SEVEN, ONE) for label in "17x"),
    _template("forget"),
    *map(ink_template, [*_SHAPES, [], SEVEN + ONE]),
    {**ink_template(SEVEN + ONE), "pins": [{"strokes": [1], "label": "7"}]},
    *CONFIGS,
]
# Sequences in which single messages are valid and their order matters.
MESSAGE_SEQUENCES: dict[str, list[Json]] = {
    "10,000 points in one stroke": [_points_template(_LONG)],
    "10,001 points in one message": [_points_template([*_LONG, (0, 0)])],
    "20,001 points in a session": [
        ink_template([_LONG]),
        _points_template(_LONG, 1),
        _points_template([(0, 0)], 2),
        _template("clear"),
    ],
    "20,001 points in one ink": [ink_template([_LONG, _LONG, [(0, 0)]])],
    "501 strokes": [
        ink_template([[(i, i)] for i in range(500)]),
        _points_template(ONE[0]),
        ink_template([[(i, i)] for i in range(501)]),
        ink_template(SEVEN),
    ],
    "a second stroke while one is open": [
        _template("clear"),
        _points_template(ONE[0], 5, end=False),
        _points_template(SEVEN[0], 6),
        _points_template([], 5),
    ],
    "a stroke that is there": [ink_template(SEVEN), _points_template(ONE[0], 0)],
    "a stroke without a point": [_template("clear"), _points_template([])],
    "an erased stroke": [
        ink_template(SEVEN),
        _template("erase", stroke=0),
        _template("erase", stroke=0),
        _template("undo"),
    ],
    "an open stroke abandoned": [
        ink_template(SEVEN),
        _points_template(ONE[0], 1, end=False),
        _template("erase", stroke=1),
        _points_template([], 1),
    ],
    "a seq that does not grow": [
        _template("clear"),
        {**_template("undo"), "seq": 1},
        {**_points_template(ONE[0]), "seq": 0},
    ],
    "pins and what lifts them": [
        ink_template(SEVEN + ONE),
        *(_template("correct", strokes=strokes, label="1") for strokes in ([1], [0, 1], [0, 0])),
        *map(_template, ("undo", "undo", "redo", "clear", "undo")),
        _template("correct", strokes=[0, 1], label=None),
        _template("correct", strokes=[0] * 17, label="1"),
        {
            **ink_template(SEVEN + ONE),
            "pins": [{"strokes": [0], "label": "7"}, {"strokes": [1, 0], "label": "7"}],
        },
    ],
    "taught and forgotten": [
        ink_template(SEVEN),
        *(_template("teach", label=label) for label in "177"),
        _points_template(ONE[0], 9, end=False),
        _template("teach", label="1"),
        _examples_template(ONE, "7", 3),
        _template("clear"),
        _template("teach", label="1"),
        _template("forget"),
        ink_template(SEVEN),
    ],
    "201 examples": [
        _examples_template(ONE, "1", 150),
        _examples_template(ONE, "1", 51),
        _examples_template(ONE, "1", 50),
        ink_template(SEVEN),
        _template("teach", label="7"),
        _template("forget"),
        _examples_template([_LONG], "1"),
    ],
    "config late": [_template("undo"), *CONFIGS],
    "edits of nothing": [
        ink_template([]),
        *map(_template, ("undo", "redo", "clear", "undo", "undo", "redo", "redo")),
    ],
}
