"""`python -m train.networks`: draws accuracy over multiply-adds of networks trained alike.

The figures are in docs/networks.json, and docs/networks.md tells what they say. With names of
networks it first trains those, alike, on the draws and the teachers' logits that `python -m train
--keep-checkpoints` leaves, and writes their figures.
"""

import argparse
import functools
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from train.data import dataset
from train.data.dataset import OTHER
from train.evaluation import curve, measures, speed
from train.evaluation.curve import Trained
from train.evaluation.measures import Measured
from train.model import architecture, batches, distillation, export, networks

SEED = 20261123
EPOCHS = 4
DOCS = Path(__file__).parent.parent / "docs"


def main() -> None:
    """Train what is named, and draw the curve."""
    options = _parse_arguments()
    found = curve.read(DOCS)
    for name in options.names:
        trained = _train(name, options)
        found = [one for one in found if (one.name, one.recipe) != (name, trained.recipe)]
        found.append(trained)
        curve.write(found, DOCS)
    curve.draw(found, DOCS)
    print(curve.table(found))


def _train(name: str, options: argparse.Namespace) -> Trained:
    """Train one network, and measure it."""
    samples = {
        source: some
        for source, some in dataset.read_split(options.data, "val").items()
        if all(sample.target != OTHER for sample in some)
    }
    _, mnist, _ = dataset.read_mnist(options.data)
    rasters = {source: measures.rasters_of(some) for source, some in samples.items()}
    targets = {source: measures.targets_of(some) for source, some in samples.items()}
    rasters["mnist-val"], targets["mnist-val"] = (
        measures.rasters_of_pictures(mnist),
        mnist.targets,
    )

    def measured(model: keras.Model) -> dict[str, Measured]:
        return {
            source: Measured(
                model.predict(rasters[source], batch_size=500, verbose=0)[:, : OTHER + 1],
                targets[source],
            )
            for source in rasters
        }

    draws = batches.draws_with_logits(options.checkpoints)
    model = distillation.fit(
        functools.partial(networks.build, name),
        options.checkpoints,
        f"network-{name}",
        draws=draws,
        seed=SEED,
        epochs=options.epochs,
        distill=True,
        watch=lambda _: "",
    )
    answers = measured(model)
    everything = np.concatenate(list(rasters.values()))
    files = [export.convert(model), export.convert(model, quantized_for=everything[::20])]
    times = speed.in_turn([*files, export.convert(architecture.plain())], everything[::20])
    float_passes, int8_passes = np.median(times[:, :2] / times[:, 2:], axis=0)
    return Trained(
        name=name,
        recipe=f"{options.epochs} epochs",
        multiply_adds=architecture.multiply_adds(model),
        float_passes=round(float(float_passes), 2),
        int8_passes=round(float(int8_passes), 2),
        accuracy={source: round(one.accuracy, 4) for source, one in answers.items()},
        writers={
            source: round(answers[source].mean_over([sample.writer for sample in some]), 4)
            for source, some in samples.items()
        },
    )


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m train.networks",
        description="Draw accuracy over multiply-adds, after training the networks named.",
    )
    add = parser.add_argument
    add("names", nargs="*", choices=[*networks.NETWORKS, []], metavar="NAME")
    add("--data", type=Path, default=Path("data"), help="default: %(default)s")
    add("--checkpoints", type=Path, default=Path(".checkpoints"), help="default: %(default)s")
    add("--epochs", type=int, default=EPOCHS, help="default: %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    main()
