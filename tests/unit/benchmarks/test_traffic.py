"""Tests of what Linux counts of a connection."""

import socket

from benchmarks.service.traffic import HEADER_BYTES, Traffic, traffic_of


def test_bytes_and_packets_both_ways() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
        server.accept()[0] as peer,
    ):
        before = traffic_of(client)
        client.sendall(b"x" * 1_000)
        assert len(peer.recv(1_000, socket.MSG_WAITALL)) == 1_000
        peer.sendall(b"y" * 300)
        assert len(client.recv(300, socket.MSG_WAITALL)) == 300
        carried = traffic_of(client) - before
    # The SYN counts as a byte that was acknowledged.
    assert 1_000 <= carried.sent_bytes <= 1_001
    assert carried.received_bytes == 300
    # One packet each way at least, and their acknowledgements at most.
    assert 1 <= carried.sent_packets <= 3
    assert 1 <= carried.received_packets <= 3
    assert carried.sent_on_the_wire == carried.sent_bytes + HEADER_BYTES * carried.sent_packets
    assert carried + Traffic() == carried
