"""Tests of the client over TLS, which a real nginx ends."""

from pathlib import Path

import pytest

from benchmarks.capacity.proxy import tls_proxy
from realtime.client.errors import UnreachableError
from realtime.client.pictures import predict
from realtime.client.sync import Client
from tests.support.drawing import SEVEN
from tests.support.pictures import PICTURES
from tests.support.server import Server
from tests.support.server_program import server_program


@pytest.mark.skipif(not server_program("nginx"), reason="no nginx (Debian: apt-get install nginx)")
def test_only_certificates_that_are_trusted_are_talked_to(server: Server, tmp_path: Path) -> None:
    with tls_proxy(tmp_path, server) as proxy:
        url = proxy.server.ws.replace("ws:", "wss:", 1)
        with Client(url, tls=proxy.tls) as client:
            assert client.draw(SEVEN[0]).top[0].label == "7"
            assert client.predict(PICTURES["jpeg"]).text == "7"
        with pytest.raises(UnreachableError, match="certificate"), Client(url):
            pass
        with pytest.raises(UnreachableError, match="certificate"):
            predict(url, PICTURES["jpeg"])
