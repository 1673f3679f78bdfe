"""The training command with small networks, and few of what is measured many times.

What is trained and measured is the same, but so little of it that a test can wait for it.

    python -m tests.support.small_training ARGUMENT...
"""

from tests.support.eager_training import eager_training


def main() -> None:
    """Train."""
    from train import __main__ as training  # processes that only render do without TensorFlow
    from train.evaluation import made_up, results, speed
    from train.model import architecture

    architecture.TEACHER_FILTERS = (8, 8, 16)
    architecture.STUDENT_SEPARABLE = ((32, 2), (64, 2))
    made_up.SCRIBBLE_COUNT = made_up.NEIGHBOUR_COUNT = 40
    results.LEAST_LIKELY = 5
    speed.ROUNDS = 1
    with eager_training():
        training.main()


if __name__ == "__main__":
    main()
