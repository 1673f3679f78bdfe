"""Drawings as people photograph, scan and export them: on paper of every kind."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from realtime.ink.stroke import PointArray
from tests.support.pictures import encode_image

# Side of the canvas that the recordings were drawn on, px.
SIDE = 400
Image = npt.NDArray[np.uint8]
# The strength of ink, or the light on the paper: float32 of shape (height, width), 0 to 1.
Shares = npt.NDArray[np.float32]
Random = np.random.Generator


def draw_ink(strokes: list[PointArray], pen: int, *, side: int = SIDE) -> Shares:
    """The strength of the ink of strokes, on a canvas of 400 scaled to this side."""
    picture = np.zeros((side, side), np.uint8)
    for stroke in strokes:
        points = np.rint(stroke * (side / SIDE) * 16).astype(np.int32)
        if len(points) == 1:
            points = np.repeat(points, 2, axis=0)
        cv2.polylines(picture, [points], False, 255, pen, cv2.LINE_AA, 4)
    return np.asarray(picture / 255, np.float32)


def on_paper(ink: Shares, paper: Shares | float = 0.92, ink_grey: float = 0.12) -> Image:
    """Ink on paper; both greys as shares of white."""
    return to_grey(paper * (1 - ink) + ink_grey * ink * np.minimum(paper, 1))


def to_grey(shares: npt.NDArray[np.floating]) -> Image:
    """Shares of white as grey."""
    return np.asarray(np.clip(np.rint(shares * 255), 0, 255), np.uint8)


def _grid() -> tuple[Shares, Shares]:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    return x, y


def _fall_off(share: float) -> Shares:
    x, y = _grid()
    middle = (SIDE - 1) / 2
    return (1 - share * ((x - middle) ** 2 + (y - middle) ** 2) / (2 * middle**2)).astype(
        np.float32
    )


def _shadow(share: float, random: Random, softness: float) -> Shares:
    x, y = _grid()
    angle = random.uniform(0, 2 * np.pi)
    along = (x - SIDE / 2) * np.cos(angle) + (y - SIDE / 2) * np.sin(angle)
    edge = (along - SIDE * random.uniform(0.0, 0.25)) / softness
    return np.asarray(1 - share / (1 + np.exp(-np.clip(edge, -30, 30))), np.float32)


def _pen(random: Random) -> int:
    return int(random.choice([2, 3, 5, 8, 12, 20]))


def _ink(strokes: list[PointArray], random: Random) -> Shares:
    return draw_ink(strokes, _pen(random))


def _plain(strokes: list[PointArray], random: Random) -> Image:
    return on_paper(_ink(strokes, random))


def _pen_of(width: int) -> Callable[[list[PointArray], Random], Image]:
    def draw(strokes: list[PointArray], _random: Random) -> Image:
        return on_paper(draw_ink(strokes, width))

    return draw


def _frame(strokes: list[PointArray], random: Random) -> Image:
    image = on_paper(_ink(strokes, random), 1.0, random.choice([0.0, 0.3]))
    return _framed(image, random)


def _frame_dark(strokes: list[PointArray], random: Random) -> Image:
    image = (255 - on_paper(_ink(strokes, random), random.choice([0.9, 1.0]), 0.05)).astype(
        np.uint8
    )
    return _framed(image, random)


def _framed(image: Image, random: Random) -> Image:
    width = int(random.integers(1, 7))
    grey = int(random.choice([0, 60, 120, 180, 221, 250, 255]))
    cv2.rectangle(image, (0, 0), (SIDE - 1, SIDE - 1), grey, 2 * width - 1)
    return image


def _faint_frame(strokes: list[PointArray], random: Random) -> Image:
    image = on_paper(draw_ink(strokes, 3), 1.0, 0.0)
    cv2.rectangle(image, (0, 0), (SIDE - 1, SIDE - 1), int(random.choice([221, 250])), 1)
    return image


def _fall_off_of(share: float) -> Callable[[list[PointArray], Random], Image]:
    def draw(strokes: list[PointArray], random: Random) -> Image:
        return on_paper(_ink(strokes, random), 0.95 * _fall_off(share))

    return draw


def _gradient(strokes: list[PointArray], random: Random) -> Image:
    x, _ = _grid()
    return on_paper(_ink(strokes, random), (0.95 * (1 - 0.4 * x / SIDE)).astype(np.float32))


def _shadow_of(share: float, softness: float) -> Callable[[list[PointArray], Random], Image]:
    def draw(strokes: list[PointArray], random: Random) -> Image:
        return on_paper(_ink(strokes, random), 0.95 * _shadow(share, random, softness))

    return draw


def _ruling(random: Random, side: int, *, squared: bool) -> Shares:
    lines = np.zeros((side, side), np.float32)
    spacing = int(random.integers(18, 30) if squared else random.integers(28, 60))
    width = int(random.integers(1, 3))
    for at in range(int(random.integers(4, spacing)), side, spacing):
        lines[at : at + width] = 1
        if squared:
            lines[:, at : at + width] = 1
    if not squared and random.random() < 0.3:
        lines[:, 50:52] = 1
    return lines


def _lined(squared: bool, tilt: float) -> Callable[[list[PointArray], Random], Image]:
    def draw(strokes: list[PointArray], random: Random) -> Image:
        # The margin is what the camera does not see of a sheet that is not straight.
        margin = 40
        side = SIDE + 2 * margin
        strength = random.uniform(0.15, 0.6)
        paper = (0.95 - strength * _ruling(random, side, squared=squared)).astype(np.float32)
        image = on_paper(np.pad(_ink(strokes, random), margin), paper)
        turn = cv2.getRotationMatrix2D((side / 2, side / 2), random.uniform(-tilt, tilt), 1)
        turned = cv2.warpAffine(image, turn, (side, side), borderMode=cv2.BORDER_REPLICATE)
        edge = margin // 2
        return turned[edge:-edge, edge:-edge].astype(np.uint8)

    return draw


def _specks(strokes: list[PointArray], random: Random) -> Image:
    image = _plain(strokes, random)
    for _ in range(5):
        at = [int(v) for v in random.integers(8, SIDE - 8, 2)]
        cv2.circle(image, at, int(random.integers(1, 5)), int(random.integers(0, 120)), -1)
    return image


def _desk(strokes: list[PointArray], random: Random) -> Image:
    x, y = _grid()
    desk = random.uniform(0.1, 0.65) + 0.05 * np.sin(x / random.uniform(3, 9) + y / 40)
    desk = desk + random.normal(0, 0.02, (SIDE, SIDE))
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    corners = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
    places = corners + inward * random.uniform(8, 55, (4, 2))
    cv2.fillPoly(sheet, [np.rint(places * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    # The digit lies on the sheet, as the sheet lies in the picture.
    onto = cv2.getPerspectiveTransform(corners, places.astype(np.float32))
    ink = np.asarray(cv2.warpPerspective(_ink(strokes, random), onto, (SIDE, SIDE)), np.float32)
    share = sheet.astype(np.float32) / 255
    return to_grey(share * on_paper(ink).astype(np.float32) / 255 + (1 - share) * desk)


def _grain(strokes: list[PointArray], random: Random) -> Image:
    noise = cv2.GaussianBlur(random.normal(0, 1, (SIDE, SIDE)), (0, 0), random.uniform(0.5, 2))
    noise *= random.uniform(0.02, 0.05) / noise.std()
    image = on_paper(_ink(strokes, random), (0.85 + noise).astype(np.float32), 0.25)
    return _compressed(image)


def _compressed(image: Image) -> Image:
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 30])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), np.uint8)


def _photograph(strokes: list[PointArray], random: Random) -> Image:
    noise = random.normal(0, 0.015, (SIDE, SIDE)).astype(np.float32)
    light = _fall_off(random.uniform(0, 0.3)) * _shadow(random.uniform(0, 0.3), random, 25)
    image = on_paper(_ink(strokes, random), 0.85 * light + noise, random.uniform(0.1, 0.45))
    return _compressed(cv2.GaussianBlur(image, (0, 0), 0.8).astype(np.uint8))


def _blackboard(strokes: list[PointArray], random: Random) -> Image:
    noise = cv2.GaussianBlur(random.normal(0, 0.1, (SIDE, SIDE)), (0, 0), 2)
    board = (0.3 * _fall_off(random.uniform(0, 0.4)) + noise * 0.3).astype(np.float32)
    ink = draw_ink(strokes, int(random.choice([8, 12])))
    return to_grey(board * (1 - ink) + 0.85 * ink)


def _page(strokes: list[PointArray], random: Random) -> Image:
    paper = random.integers(190, 256) / 255
    page = np.full((1754, 1240), round(paper * 255), np.uint8)
    left, top = (int(random.integers(0, room - 320)) for room in (1240, 1754))
    ink = draw_ink(strokes, 3, side=320)
    page[top : top + 320, left : left + 320] = on_paper(ink, paper, 0.15)
    return page


def _box(strokes: list[PointArray], random: Random) -> Image:
    # The ink is shrunk, so that it lies within the box as on a form.
    image = np.full((SIDE, SIDE), 240, np.uint8)
    ink = cv2.resize(_ink(strokes, random), (260, 260), interpolation=cv2.INTER_AREA)
    image[70:330, 70:330] = on_paper(ink.astype(np.float32), 240 / 255)
    inset = int(random.integers(30, 60))
    grey = int(random.choice([20, 90, 150]))
    corners = (inset, inset), (SIDE - inset, SIDE - inset)
    cv2.rectangle(image, *corners, grey, int(random.integers(1, 5)))
    return image


def _underlined(strokes: list[PointArray], random: Random) -> Image:
    image = _plain(strokes, random)
    points = np.concatenate(strokes)
    left, right = points[:, 0].min(), points[:, 0].max()
    below = min(int(points[:, 1].max() + random.integers(12, 40)), SIDE - 8)
    ends = (int(left - 20), below), (int(right + 20), below + int(random.integers(-6, 7)))
    cv2.line(image, *ends, 30, _pen(random), cv2.LINE_AA)
    return image


def _circled(strokes: list[PointArray], random: Random) -> Image:
    image = np.full((SIDE, SIDE), 240, np.uint8)
    ink = cv2.resize(_ink(strokes, random), (220, 220), interpolation=cv2.INTER_AREA)
    image[90:310, 90:310] = on_paper(ink.astype(np.float32), 240 / 255)
    axes = int(random.integers(160, 185)), int(random.integers(160, 185))
    cv2.ellipse(image, (SIDE // 2, SIDE // 2), axes, 0, 0, 360, 30, _pen(random), cv2.LINE_AA)
    return image


# Every kind of paper: what a picture of these strokes looks like, chance decides the details.
PAPERS: dict[str, Callable[[list[PointArray], Random], Image]] = {
    "plain": _plain,
    "pen 2": _pen_of(2),
    "pen 4": _pen_of(4),
    "pen 12": _pen_of(12),
    "pen 20": _pen_of(20),
    "frame": _frame,
    "frame, light on dark": _frame_dark,
    "faint frame, thin pen": _faint_frame,
    "fall-off 5 %": _fall_off_of(0.05),
    "fall-off 20 %": _fall_off_of(0.2),
    "fall-off 40 %": _fall_off_of(0.4),
    "gradient 40 %": _gradient,
    "soft shadow 15 %": _shadow_of(0.15, 15),
    "soft shadow 25 %": _shadow_of(0.25, 15),
    "soft shadow 40 %": _shadow_of(0.4, 15),
    "hard shadow 40 %": _shadow_of(0.4, 0.7),
    "ruled": _lined(False, 0),
    "ruled, tilted": _lined(False, 4),
    "squared": _lined(True, 0),
    "squared, tilted": _lined(True, 4),
    "specks": _specks,
    "desk": _desk,
    "grain, JPEG 30": _grain,
    "photograph": _photograph,
    "blackboard": _blackboard,
    "A4 page, thin pen": _page,
    "box of a form": _box,
    "underlined": _underlined,
    "circled": _circled,
}


def paper_file(kind: str, strokes: list[PointArray], seed: int) -> bytes:
    """A PNG file of strokes on this kind of paper."""
    return encode_image(PAPERS[kind](strokes, np.random.default_rng(seed)))


def _pencil(strokes: list[PointArray], random: Random) -> Image:
    noise = random.normal(0, 0.012, (SIDE, SIDE)).astype(np.float32)
    return on_paper(_ink(strokes, random), 0.9 * _fall_off(0.2) + noise, 0.55)


def _coloured(strokes: list[PointArray], random: Random) -> Image:
    ink = _ink(strokes, random)[:, :, None]
    paper = random.integers(0, 256, 3)
    pen = (paper + 128) % 256
    return np.rint(ink * pen + (1 - ink) * paper).astype(np.uint8)


def _uneven(strokes: list[PointArray], random: Random) -> Image:
    folds = cv2.GaussianBlur(random.normal(0, 1, (SIDE, SIDE)), (0, 0), 30)
    light = (0.8 + 0.12 * folds / np.abs(folds).max()).astype(np.float32)
    return _compressed(on_paper(_ink(strokes, random), light, 0.2))


def _ruled_photograph(strokes: list[PointArray], random: Random) -> Image:
    lined = _lined(bool(random.integers(2)), 4)(strokes, random)
    height, width = lined.shape
    light = cv2.resize(_fall_off(0.3) * _shadow(0.25, random, 25), (width, height))
    noise = random.normal(0, 0.012, lined.shape)
    return _compressed(to_grey(lined / 255 * light + noise))


PAPERS |= {
    "pencil": _pencil,
    "colours of any kind": _coloured,
    "uneven paper": _uneven,
    "ruled photograph": _ruled_photograph,
}
