"""Tests of a service whose folder for temporary files is read-only or full."""

import json
import select
import socket
import urllib.request
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import pytest

from tests.support.drawing import SEVEN, Json, open_session
from tests.support.pictures import encode_image, seven_picture
from tests.support.robustness_table import RobustnessTable
from tests.support.server import Server, serve
from tests.support.small_disk import read_only, small_disk
from tests.support.uploads import FORM_TYPE, image_form, predict

FORM_END = b"\r\n--x--\r\n"
# Every candidate of Python's `tempfile` but shared memory, as in a read-only container.
ROOT_MOUNT, SHARED_MEMORY = "/", "/dev/shm"  # noqa: S108
# Images of more than half a megabyte wait in a file.
NOISE = np.random.default_rng(1).integers(0, 20, (1_200, 1_200), np.uint8)
PICTURE = encode_image(255 - np.maximum(seven_picture(1_200), NOISE))


def send_all_but_the_end(server: Server, picture: bytes) -> socket.socket:
    """A connection on which a form waits for `FORM_END`."""
    form = image_form(picture)
    head = (
        f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM_TYPE}\r\n"
        f"Content-Length: {len(form)}\r\n\r\n"
    )
    raw = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    raw.sendall(head.encode() + form.removesuffix(FORM_END))
    return raw


def readiness(server: Server) -> Json:
    with urllib.request.urlopen(f"{server.http}/readyz", timeout=30) as response:  # noqa: S310
        answer: Json = json.load(response)
    return answer


def test_a_read_only_machine_reads_pictures_and_says_what_is_missing(
    tmp_path: Path, robustness: RobustnessTable
) -> None:
    assert len(PICTURE) > 700_000
    with (
        serve(tmp_path / "log", prefix=read_only(ROOT_MOUNT)) as server,
        open_session(server.ws) as client,
    ):
        assert client.draw(SEVEN)["top"][0]["label"] == "7"
        for number in range(3):
            # Other bytes each time, since the same image is not worked on again.
            status, answer, _ = predict(server, PICTURE + bytes(number))
            assert (status, answer["digit"]) == (200, 7), answer
        ready = readiness(server)
        assert ready["status"] == "ready"
        assert "folder for temporary files (TMPDIR)" in ready["missing"][0]
        assert server.log.count("images_wait_in_memory") == 1
        assert "Traceback" not in server.log
    robustness.add(
        "Faults",
        "a large picture on a read-only machine",
        3,
        "read; `/readyz` says what is missing",
    )


def test_a_picture_without_room_is_refused_with_a_reason(tmp_path: Path) -> None:
    with serve(
        tmp_path / "log", prefix=read_only(ROOT_MOUNT), INK_IMAGE_MEMORY_BYTES="700000"
    ) as server:
        for _ in range(3):
            status, answer, headers = predict(server, PICTURE)
            assert (status, headers["Retry-After"]) == (503, "5")
            error = answer["error"]
            assert (error["code"], error["field"], error["limit"]) == (
                "unavailable",
                "file",
                700_000,
            )
            assert "no room" in error["message"]
        # Smaller ones need neither.
        small = encode_image(255 - seven_picture())
        assert predict(server, small)[0] == 200
        assert "Traceback" not in server.log


def test_pictures_that_wait_without_a_disk_have_a_limit(
    tmp_path: Path, robustness: RobustnessTable
) -> None:
    count, room = 20, 4
    with (
        serve(
            tmp_path / "log",
            prefix=read_only(ROOT_MOUNT),
            INK_IMAGE_MEMORY_BYTES=str(room * len(PICTURE) + 100_000),
        ) as server,
        ExitStack() as stack,
    ):
        waiting = [
            stack.enter_context(closing(send_all_but_the_end(server, PICTURE)))
            for _ in range(count)
        ]
        while len(waiting) > room:
            answered, _, _ = select.select(waiting, [], [], 30)
            assert answered, f"{len(waiting)} are not answered"
            for raw in answered:
                assert raw.recv(1000).startswith(b"HTTP/1.1 503 ")
                waiting.remove(raw)
        for raw in waiting:
            raw.sendall(FORM_END)
            assert raw.recv(1000).startswith(b"HTTP/1.1 200 ")
        # What was taken was given back, by those that were refused as well.
        for number in range(2 * room):
            assert predict(server, PICTURE + bytes(number))[0] == 200
        assert "Traceback" not in server.log
    robustness.add(
        "Faults",
        "large pictures at once on a read-only machine",
        count,
        f"{room} fit into memory and are read, the others refused with 503",
    )


def test_a_disk_that_fills_up_and_empties(tmp_path: Path) -> None:
    """The disk is full in the midst of an image; what it took is not lost."""
    with small_disk(tmp_path / "small", "1m") as small:
        ballast = small / "ballast"
        with serve(tmp_path / "log", TMPDIR=str(small), INK_IMAGE_BYTES="1000000") as server:
            assert predict(server, PICTURE)[0] == 200
            assert "missing" not in readiness(server)
            ballast.write_bytes(bytes(400_000))
            status, answer, _ = predict(server, PICTURE + b"x")
            assert (status, answer["digit"]) == (200, 7)
            assert "No space left on device" in readiness(server)["missing"][0]
            assert "images_wait_in_memory" in server.log
            ballast.unlink()
            assert predict(server, PICTURE + b"xx")[0] == 200
            assert "missing" not in readiness(server)
            assert "images_wait_on_disk_again" in server.log
            assert "Traceback" not in server.log


def test_a_machine_where_nothing_can_be_written_is_told_so(tmp_path: Path) -> None:
    with (
        pytest.raises(
            RuntimeError, match=r"not started: TMPDIR=.* no folder can be written"
        ) as refused,
        serve(tmp_path / "log", prefix=read_only(ROOT_MOUNT, SHARED_MEMORY)),
    ):
        pass
    assert "Traceback" not in str(refused.value)


def test_workers_need_no_shared_memory(tmp_path: Path) -> None:
    with serve(tmp_path / "log", prefix=read_only(SHARED_MEMORY)) as server:
        assert "missing" not in readiness(server)


def test_readiness_names_the_folder_of_recordings(tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    with serve(tmp_path / "log", INK_RECORDINGS=str(folder)) as server:
        assert "missing" not in readiness(server)
        folder.rmdir()
        [missing] = readiness(server)["missing"]
        assert "room for recordings" in missing
