"""`python -m train.engines`: writes model files and configuration for inference engines.

From the Keras models in `weights/`, into a folder with a model repository, a model card for each
network, and what Triton, Ray Serve, OpenVINO Model Server and KServe need; docs/engines.md tells
how to start them.
"""

import argparse
import os
import shutil
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import msgspec

from realtime.recognition.model_card import MODEL_CARD, ModelCard
from train.engines import repository
from train.model import engine_card

# Of each network that engines serve: its folder, its file and its card in weights/.
NETWORKS = {
    "digits": ("digits.keras", MODEL_CARD),
    "lines": ("lines.keras", MODEL_CARD),
    "characters": ("characters.keras", MODEL_CARD),
    "teacher": (engine_card.TEACHER_FILE, engine_card.ENGINE_CARD),
}
CARDS = "cards"


def export(weights: Path, folder: Path) -> None:
    """Write everything anew.

    Args:
        weights: the folder of models.
        folder: where to; what it holds of an earlier export is replaced.

    Raises:
        OSError, msgspec.DecodeError: a model or its card is missing or is none.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for name, (file, card_file) in NETWORKS.items():
        model = keras.models.load_model(weights / name / file)
        card = msgspec.json.decode((weights / name / card_file).read_bytes(), type=ModelCard)
        path = repository.write_model(model, name, folder)
        (folder / CARDS).mkdir(exist_ok=True)
        engine_card.write(engine_card.of_onnx(card, path, model), folder / CARDS / f"{name}.json")
        print(f"{path}: {path.stat().st_size:,} bytes", flush=True)
    repository.copy_configurations(folder)


def main() -> None:
    """Export what is in `weights/`."""
    parser = argparse.ArgumentParser(
        prog="python -m train.engines",
        description="Write model files and configuration for inference engines.",
    )
    add = parser.add_argument
    add("--weights", type=Path, default=Path("weights"), help="default: %(default)s")
    add("--out", type=Path, default=Path("build/engines"), help="default: %(default)s")
    options = parser.parse_args()
    export(options.weights, options.out)


if __name__ == "__main__":
    main()
