"""What a connection has carried, as Linux counts it: bytes and packets both ways."""

import socket
import struct
from dataclasses import dataclass

# struct tcp_info of linux/tcp.h, from its start to tcpi_segs_in: eight single bytes, 24 words of 32
# bits, four of 64 bits (the last two bytes acknowledged and received), two words of packets.
_TCP_INFO = struct.Struct("=8B24I4Q2I")
# Of each packet: the headers of IPv4 and of TCP with its timestamps. IPv6 has 20 more.
HEADER_BYTES = 20 + 20 + 12


@dataclass(frozen=True)
class Traffic:
    """Bytes above TCP, and packets with and without data, as seen by a client."""

    sent_bytes: int = 0
    received_bytes: int = 0
    sent_packets: int = 0
    received_packets: int = 0

    def __add__(self, other: "Traffic") -> "Traffic":
        return Traffic(
            self.sent_bytes + other.sent_bytes,
            self.received_bytes + other.received_bytes,
            self.sent_packets + other.sent_packets,
            self.received_packets + other.received_packets,
        )

    def __sub__(self, other: "Traffic") -> "Traffic":
        return Traffic(
            self.sent_bytes - other.sent_bytes,
            self.received_bytes - other.received_bytes,
            self.sent_packets - other.sent_packets,
            self.received_packets - other.received_packets,
        )

    @property
    def sent_on_the_wire(self) -> int:
        """Bytes sent with the headers of IP and TCP."""
        return self.sent_bytes + HEADER_BYTES * self.sent_packets

    @property
    def received_on_the_wire(self) -> int:
        """Bytes received with the headers of IP and TCP."""
        return self.received_bytes + HEADER_BYTES * self.received_packets


def traffic_of(connection: socket.socket) -> Traffic:
    """What a connection has carried so far."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
    *_, acknowledged, received, packets_out, packets_in = _TCP_INFO.unpack(info)
    return Traffic(acknowledged, received, packets_out, packets_in)
