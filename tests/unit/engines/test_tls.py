"""An engine over TLS: its certificate has to fit, by the system's authorities or another one."""

from pathlib import Path

import numpy as np
import pytest

from realtime.engines.client import EngineClient
from realtime.engines.http_connection import tls_context
from realtime.errors import EngineError, EngineMismatchError
from realtime.recognition.characters.probe import probe_raster
from realtime.setting_formats import EngineURL
from tests.support.certificate import make_certificate
from tests.support.engines.scripted_engine import ScriptedEngine, running_engine
from tests.support.engines.transcripts import identity_of

DEADLINE_S = 5.0


def client_of(port: int, authority: str) -> EngineClient:
    """A client that trusts an authority."""
    url = EngineURL(f"oip+https://127.0.0.1:{port}/digits")
    return EngineClient(url, tls_context(authority), identity_of(), DEADLINE_S)


def test_a_certificate_of_the_authority_named_fits(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    with running_engine(ScriptedEngine(), certificate.server_context()) as engine:
        client = client_of(engine.port, str(certificate.file))
        client.identify()
        rasters = np.stack([probe_raster()] * 64)
        for _ in range(3):
            np.testing.assert_array_equal(client.logits(rasters), engine.logits(rasters))
        client.close()


@pytest.mark.parametrize(
    ("name", "is_trusted", "reason"),
    [
        ("127.0.0.1", False, "certificate that does not fit: self-signed"),
        ("other.example", True, "certificate that does not fit: IP address mismatch"),
    ],
)
def test_a_certificate_that_does_not_fit_is_told_apart(
    tmp_path: Path, name: str, is_trusted: bool, reason: str
) -> None:
    certificate = make_certificate(tmp_path, name)
    with running_engine(ScriptedEngine(), certificate.server_context()) as engine:
        client = client_of(engine.port, str(certificate.file) if is_trusted else "")
        with pytest.raises(EngineMismatchError, match=reason):
            client.identify()


def test_an_engine_that_speaks_no_tls_is_an_error(tmp_path: Path) -> None:
    with running_engine() as engine:
        client = client_of(engine.port, str(make_certificate(tmp_path).file))
        with pytest.raises(EngineError):
            client.identify()
