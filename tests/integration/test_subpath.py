"""A session below a sub-path, whose proxy has left a slash too many."""

from pathlib import Path

import pytest

from tests.support.drawing import SEVEN, open_session
from tests.support.server import serve


@pytest.mark.parametrize("path", ["/ws", "//ws"])
def test_a_session_outlasts_the_time_that_a_request_may_take(tmp_path: Path, path: str) -> None:
    with serve(tmp_path / "log", INK_REQUEST_S="1") as server:
        url = server.ws.removesuffix("/ws") + path
        with open_session(url) as client:
            with pytest.raises(TimeoutError):
                client.connection.recv(timeout=2.5)
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
