"""Whether an engine's logits are those of the network that the service runs itself."""

from pathlib import Path

import msgspec
import numpy as np

from realtime.engines.client import EngineClient, Identity
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.probe import SAME_LOGITS
from realtime.recognition.characters.rasterizer import rasterize
from realtime.recognition.model_card import ModelCard
from realtime.setting_formats import EngineURL
from tests.support.drawing import HOOK, ONE, SEVEN, stroke_arrays
from tests.support.files import WEIGHTS

# A cold engine takes longer than one that has answered before.
_DEADLINE_S = 10.0


def assert_serves(url: str, cards: Path) -> None:
    """An engine's model is the one that was exported, for one raster and for several.

    Args:
        url: of the model, as `INK_ENGINE` takes it.
        cards: the folder of model cards of the export.
    """
    name = url.rpartition("/")[2]
    card = msgspec.json.decode((cards / f"{name}.json").read_bytes(), type=ModelCard)
    assert card.probe is not None
    identity = Identity(len(card.probe), np.array(card.probe, np.float32))
    client = EngineClient(EngineURL(url), None, identity, _DEADLINE_S)
    client.identify()
    rasters = np.stack([rasterize(stroke_arrays(one)) for one in (SEVEN, ONE, HOOK)])
    together = client.logits(rasters)
    alone = np.concatenate([client.logits(one[None]) for one in rasters])
    assert np.abs(together - alone).max() < 1e-3
    if (WEIGHTS / name / "model_card.json").exists():
        local = CharacterNetwork.load(WEIGHTS / name, precision="float32")
        expected = np.stack([local.logits(one).ravel() for one in rasters])
        assert np.abs(together - expected).max() < SAME_LOGITS
    client.close()
