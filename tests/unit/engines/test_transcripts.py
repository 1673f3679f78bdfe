"""The client against what other engines answered, byte by byte as it was recorded."""

from pathlib import Path

import numpy as np
import pytest

from realtime.engines.client import EngineClient
from realtime.engines.http_connection import HttpConnection
from realtime.engines.open_inference import model_path
from realtime.errors import EngineError
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.probe import SAME_LOGITS
from realtime.setting_formats import EngineURL
from tests.support.engines import transcripts
from tests.support.files import DIGIT_MODEL

DEADLINE_S = 30.0


@pytest.fixture(params=sorted(transcripts.TRANSCRIPTS.iterdir()), ids=lambda folder: folder.name)
def recorded(request: pytest.FixtureRequest) -> list[transcripts.Exchange]:
    """The exchanges with one engine."""
    folder: Path = request.param
    return transcripts.read(folder)


def client_of(port: int) -> EngineClient:
    """A client of the model that was recorded."""
    url = EngineURL(f"oip+http://127.0.0.1:{port}/digits")
    return EngineClient(url, None, transcripts.identity_of(), DEADLINE_S)


@pytest.mark.parametrize("piece_bytes", [1 << 20, 7])
def test_its_model_is_known_and_its_logits_are_read(
    recorded: list[transcripts.Exchange], piece_bytes: int
) -> None:
    rasters = transcripts.two_rasters()
    network = CharacterNetwork.load(DIGIT_MODEL)
    expected = np.stack([network.logits(raster).ravel() for raster in rasters])
    with transcripts.replayed(recorded, piece_bytes=piece_bytes) as port:
        client = client_of(port)
        client.identify()
        for _ in range(2):
            logits = client.logits(rasters)
            # An empty raster is like nothing that the network was trained on: int8 is further off.
            assert np.abs(logits - expected)[0].max() < SAME_LOGITS
            assert logits.shape == expected.shape
        client.close()


def test_its_refusals_are_errors_with_its_words(recorded: list[transcripts.Exchange]) -> None:
    with transcripts.replayed(recorded) as port:
        client = client_of(port)
        client.identify()
        with pytest.raises(EngineError, match=r"status [45]\d\d: "):
            client.logits(transcripts.two_rasters()[:1, 1:])
        client.close()
        address = EngineURL(f"oip+http://127.0.0.1:{port}/{transcripts.UNKNOWN_MODEL}").address
        connection = HttpConnection(address, None)
        assert connection.ask("GET", model_path("", transcripts.UNKNOWN_MODEL)).status >= 400
        connection.close()
