"""The training command, but with few of what its report measures many times.

The networks and their training are the same. Smaller ones were tried: after so few steps they once
read one of 60 samples differently when their training had been interrupted.

    python -m tests.support.small_training ARGUMENT...
"""

from tests.support.eager_training import eager_training


def main() -> None:
    """Train."""
    from train import __main__ as training  # processes that only render do without TensorFlow
    from train.evaluation import made_up, results, speed

    made_up.SCRIBBLE_COUNT = made_up.NEIGHBOUR_COUNT = 40
    results.LEAST_LIKELY = 5
    speed.ROUNDS = 1
    with eager_training():
        training.main()


if __name__ == "__main__":
    main()
