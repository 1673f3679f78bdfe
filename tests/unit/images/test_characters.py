"""What is a speck, a frame or an underline beside digits may be a part of a letter."""

import cv2
import numpy as np
import pytest

from realtime.errors import BlankImageError
from realtime.images.foreground import FoundInk, find_ink
from realtime.images.parts import Content
from realtime.recognition.characters.normalisation import Picture
from tests.support.drawing import Point

PEN = 10
SIDE = 300
BOX: list[list[Point]] = [[(50, 50), (250, 50), (250, 250), (50, 250), (50, 50)]]
# An E in two strokes, whose outline is a rectangle with a side open.
E: list[list[Point]] = [[(220, 60), (80, 60), (80, 240), (220, 240)], [(80, 150), (200, 150)]]
I_WITH_DOT: list[list[Point]] = [[(150, 120), (150, 240)], [(150, 80)]]
EQUALS: list[list[Point]] = [[(80, 120), (220, 120)], [(80, 180), (220, 180)]]
H_UNDERLINED: list[list[Point]] = [
    [(100, 60), (100, 200)],
    [(200, 60), (200, 200)],
    [(100, 130), (200, 130)],
    [(60, 250), (240, 250)],
]


def picture(strokes: list[list[Point]]) -> Picture:
    """Strokes in black on a white sheet with much paper around."""
    sheet = np.full((2 * SIDE, 2 * SIDE), 255, np.uint8)
    for stroke in strokes:
        points = np.array(stroke, np.int32) + SIDE // 2
        if len(points) == 1:
            cv2.circle(sheet, (int(points[0, 0]), int(points[0, 1])), PEN // 2, 0, cv2.FILLED)
        cv2.polylines(sheet, [points], False, 0, PEN, cv2.LINE_AA)
    return sheet


def found(strokes: list[list[Point]], content: Content = "characters") -> FoundInk:
    return find_ink(cv2.cvtColor(picture(strokes), cv2.COLOR_GRAY2BGR).astype(np.uint8), content)


def extent(ink: FoundInk) -> tuple[int, int]:
    """Width and height of the ink."""
    _, _, width, height = cv2.boundingRect(ink.picture)
    return width, height


def test_an_e_is_no_empty_box() -> None:
    assert found(E).parts == 1
    with pytest.raises(BlankImageError):
        found(E, "digits")


@pytest.mark.parametrize("content", ["digits", "characters"])
def test_an_empty_box_is_nothing(content: Content) -> None:
    with pytest.raises(BlankImageError):
        found(BOX, content)


def test_what_is_in_a_box_is_found_without_it() -> None:
    small: list[list[Point]] = [[(100 + x / 3, 100 + y / 3) for x, y in stroke] for stroke in E]
    inside = found([*BOX, *small])
    assert max(extent(inside)) < 100


def test_a_dot_belongs_to_its_letter() -> None:
    assert found(I_WITH_DOT).parts == 2
    assert found(I_WITH_DOT, "digits").parts == 1


def test_specks_are_no_dots() -> None:
    """They are smaller than the pen, or far from the ink."""
    sheet = picture(I_WITH_DOT)
    cv2.circle(sheet, (SIDE // 2 + 170, SIDE // 2 + 200), 1, 0, cv2.FILLED)
    cv2.circle(sheet, (2 * SIDE - 30, 2 * SIDE - 30), PEN // 2, 0, cv2.FILLED)
    image = cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR).astype(np.uint8)
    assert find_ink(image, "characters").parts == 2


def test_an_equals_sign_keeps_its_lower_bar() -> None:
    assert found(EQUALS).parts == 2
    assert found(EQUALS, "digits").parts == 1


def test_an_underline_goes() -> None:
    ink = found(H_UNDERLINED)
    assert ink.parts == 1
    assert extent(ink)[0] < 130
