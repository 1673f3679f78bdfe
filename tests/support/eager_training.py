"""Training one operation after the other, for tests that train for a few steps.

TensorFlow makes a graph of a step before it runs it, which takes longer than such a training; the
operations are the same. `tests/integration/test_train_lines.py` trains with graphs, as people do.

    python -m tests.support.eager_training MODULE ARGUMENT...
"""

import runpy
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def eager_training() -> Iterator[None]:
    """No graphs are made until the block ends, but those that are exported."""
    import tensorflow as tf  # processes that only render do without

    tf.config.run_functions_eagerly(True)
    try:
        with warnings.catch_warnings():
            # Keras reads batches with a graph of TensorFlow's all the same.
            warnings.filterwarnings("ignore", "Even though the `tf.config.experimental_run_func")
            yield
    finally:
        tf.config.run_functions_eagerly(False)


def main() -> None:
    """Run a module as a command."""
    sys.argv = sys.argv[1:]
    with eager_training():
        runpy.run_module(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
