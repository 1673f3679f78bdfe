"""Tests of hostile frames: many fragments, huge lengths, compression bombs."""

import itertools
import json
import zlib
from pathlib import Path

from tests.support.drawing import SEVEN, client_frame, ink_message
from tests.support.noisy_neighbour import running_bystander
from tests.support.probe_app import UNLIMITED_RATE
from tests.support.raw_websocket import (
    in_batches,
    open_raw_websocket,
    read_until_closed,
    send_and_drain,
)
from tests.support.robustness_table import RobustnessTable
from tests.support.server import serve


def test_a_message_in_a_hundred_thousand_fragments_is_one_message(
    tmp_path: Path, scale: float, robustness: RobustnessTable
) -> None:
    """Each fragment has one byte, and a ping is in the middle."""
    count = 100_000
    text = json.dumps(ink_message(1, SEVEN)).ljust(count).encode()
    pieces = [client_frame(text[:1], final=False)]
    pieces += [
        client_frame(text[position : position + 1], opcode=0, final=position == count - 1)
        for position in range(1, count)
    ]
    pieces.insert(count // 2, client_frame(b"still there?", opcode=9))
    with (
        serve(tmp_path / "log", environment=UNLIMITED_RATE) as server,
        running_bystander(server) as bystander,
    ):
        answer = send_and_drain(open_raw_websocket(server), in_batches(iter(pieces)))
        happened = bystander.assert_undisturbed(scale)
    assert b"\x8a\x0cstill there?" in answer
    assert answer.count(b'"final":true') == 1
    robustness.add(
        "Flow",
        "fragments of one byte, a ping among them",
        count,
        f"one message, answered; the ping too; {happened}",
    )


def test_a_length_of_a_terabyte_is_refused_at_once(
    tmp_path: Path, scale: float, robustness: RobustnessTable
) -> None:
    count = 50
    with serve(tmp_path / "log") as server, running_bystander(server) as bystander:
        for _ in range(count):
            raw = open_raw_websocket(server)
            raw.sendall(b"\x81\xff" + (1 << 40).to_bytes(8, "big") + bytes(4))
            answer = read_until_closed(raw)
            raw.close()
            assert b'"code":"too_big"' in answer
            assert b"\x03\xf1" in answer  # 1009
        happened = bystander.assert_undisturbed(scale)
    robustness.add(
        "Flow",
        "frames that announce 1 TiB",
        count,
        f"`too_big`, closed with 1009 at once; {happened}",
    )


def test_fragments_without_end_are_cut_at_the_limit(
    tmp_path: Path, scale: float, robustness: RobustnessTable
) -> None:
    size, count = 20_000, 1_000
    with serve(tmp_path / "log") as server, running_bystander(server) as bystander:
        first, more = (
            client_frame("x" * size, final=False),
            client_frame("x" * size, opcode=0, final=False),
        )
        answer = send_and_drain(
            open_raw_websocket(server), itertools.chain([first], itertools.repeat(more, count))
        )
        happened = bystander.assert_undisturbed(scale)
    assert b'"code":"too_big"' in answer
    robustness.add(
        "Flow",
        "20 MB in fragments without an end",
        count,
        f"`too_big` at half a megabyte, closed with 1009; {happened}",
    )


def test_compression_is_neither_negotiated_nor_accepted(
    tmp_path: Path, scale: float, robustness: RobustnessTable
) -> None:
    """100 MB of zeros, deflated to 100 kB, are a bomb for an inflater without a bound."""
    bomb = zlib.compress(bytes(100_000_000), 9)[2:-4]
    compressed = bytearray(client_frame(bomb))
    compressed[0] |= 0x40
    with serve(tmp_path / "log") as server, running_bystander(server) as bystander:
        raw = open_raw_websocket(server, offer="permessage-deflate")
        answer = send_and_drain(raw, iter([bytes(compressed)]))
        happened = bystander.assert_undisturbed(scale)
    assert b"\x03\xea" in answer  # 1002
    robustness.add(
        "Flow",
        "deflate bombs of 100 MB",
        1,
        f"compression is not offered; closed with 1002; {happened}",
    )
