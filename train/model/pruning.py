"""Pruning: networks with fewer filters, and networks with many weights of zero.

Fewer filters are a smaller network for every runtime. Zeros are worth what the runtime makes of
them.
"""

from collections.abc import Callable

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from train.model import chain
from train.model.chain import Part

FILTERS_MULTIPLE = 8  # processors compute so many at once, or a multiple of it
# Of the training, after which nothing more becomes zero: the rest of it heals.
PRUNED_AFTER = 0.5
STEPS_BETWEEN = 50  # batches until more becomes zero
GROUP, KEPT = 4, 2  # of each four neighbouring inputs two count

Mask = npt.NDArray[np.bool_]


def narrow(model: keras.Model, share: float) -> keras.Model:
    """The network with the most important share of the filters of its pointwise convolutions.

    A filter's importance is the norm of its weights (Li et al., "Pruning filters for efficient
    ConvNets", 2017), once batch normalisation is folded. Depthwise convolutions lose the channels
    that they are no longer given.

    Args:
        model: a network without branches, with batch normalisation right after convolutions.
        share: of the filters that stay, rounded to `FILTERS_MULTIPLE`.

    Raises:
        ValueError: the network has branches.
    """
    parts = chain.take_apart(model)
    channels = np.arange(model.input_shape[-1])  # those of the maps that are left
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        layer = part.layer
        if isinstance(layer, layers.DepthwiseConv2D):
            part.weights = [
                part.weights[0][:, :, channels],
                *(one[channels] for one in part.weights[1:]),
            ]
        elif isinstance(layer, layers.Conv2D):
            filters = np.arange(layer.filters)
            if layer.kernel_size == (1, 1):
                filters = _most_important(part, following, share)
            kernel, *bias = part.weights
            part.weights = [kernel[:, :, channels][..., filters], *(one[filters] for one in bias)]
            part.changes["filters"] = len(filters)
            channels = filters
        elif isinstance(layer, layers.BatchNormalization):
            part.weights = [one[channels] for one in part.weights]
        elif isinstance(layer, layers.Flatten):
            each = np.arange(np.prod(layer.input.shape[1:])).reshape(layer.input.shape[1:])
            channels = each[..., channels].ravel()
        elif isinstance(layer, layers.Dense):
            part.weights = [part.weights[0][channels], *part.weights[1:]]
            channels = np.arange(layer.units)
    return chain.put_together(parts, like=model)


def _most_important(part: Part, following: Part | None, share: float) -> npt.NDArray[np.int64]:
    kernel = part.weights[0]
    norms = np.sqrt((kernel.reshape(-1, kernel.shape[-1]) ** 2).sum(axis=0))
    if following and isinstance(following.layer, layers.BatchNormalization):
        gamma, _, _, variance = following.weights
        norms = norms * np.abs(gamma) / np.sqrt(variance + following.layer.epsilon)
    count = max(1, round(len(norms) * share / FILTERS_MULTIPLE)) * FILTERS_MULTIPLE
    return np.sort(np.argsort(-norms)[:count])


def largest(kernel: npt.NDArray[np.float32], zeros: float) -> Mask:
    """The weights that stay if a share of them, the smallest, becomes zero."""
    count = round(zeros * kernel.size)
    mask = np.ones(kernel.size, bool)
    mask[np.argsort(np.abs(kernel), axis=None, kind="stable")[:count]] = False
    return mask.reshape(kernel.shape)


def two_of_four(kernel: npt.NDArray[np.float32], _: float = 0.5) -> Mask:
    """The larger two of each four weights along the inputs, the last axis but one.

    The pattern that Nvidia's sparse tensor cores read (Mishra et al., "Accelerating sparse deep
    neural networks", 2021).
    """
    inputs, outputs = kernel.shape[-2:]
    groups = np.abs(kernel).reshape(-1, inputs // GROUP, GROUP, outputs)
    ranks = np.argsort(np.argsort(-groups, axis=2, kind="stable"), axis=2)
    return (ranks < KEPT).reshape(kernel.shape)


class GradualPruning(keras.callbacks.Callback):
    """Makes ever more weights zero while a network is trained, and keeps them zero.

    The share of zeros rises fast first and slowly then: Zhu and Gupta, "To prune, or not to prune",
    2017, equation 1.
    """

    def __init__(
        self,
        mask_of: Callable[[npt.NDArray[np.float32], float], Mask],
        *,
        zeros: float,
        epochs: int,
    ) -> None:
        """Prune the pointwise convolutions and the dense layer.

        Args:
            mask_of: `largest`, or `two_of_four`, which makes half of them zero at once.
            zeros: share of the weights that are zero in the end.
            epochs: of the whole training.
        """
        super().__init__()
        self._mask_of, self._zeros, self._epochs = mask_of, zeros, epochs
        self._step, self._growing = 0, 1
        self._masks: list[tuple[keras.Variable, npt.NDArray[np.float32]]] = []

    def on_train_begin(self, *_: object, **__: object) -> None:
        """Learn how long an epoch is."""
        self._growing = max(1, round(PRUNED_AFTER * self._epochs * self.params["steps"]))

    def on_train_batch_begin(self, *_: object, **__: object) -> None:
        """Choose anew what is zero, now and then."""
        if self._step <= self._growing and (
            self._step % STEPS_BETWEEN == 0 or self._step == self._growing
        ):
            zeros = self._zeros * (1 - (1 - self._step / self._growing) ** 3)
            self._masks = [
                (kernel, self._mask_of(kernel.numpy(), zeros).astype(np.float32))
                for kernel in prunable_kernels(self.model)
            ]
        self._step += 1

    def on_train_batch_end(self, *_: object, **__: object) -> None:
        """Make what the step has moved zero again."""
        for kernel, mask in self._masks:
            kernel.assign(kernel * mask)


def prunable_kernels(model: keras.Model) -> list[keras.Variable]:
    """The kernels with nearly all weights: of pointwise convolutions and dense layers."""
    return [
        layer.kernel
        for layer in model.layers
        if isinstance(layer, layers.Dense)
        or (
            isinstance(layer, layers.Conv2D)
            and not isinstance(layer, layers.DepthwiseConv2D)
            and layer.kernel_size == (1, 1)
        )
    ]


def zeros_of(model: keras.Model) -> float:
    """Share of the weights in `prunable_kernels` that are zero."""
    kernels = [kernel.numpy() for kernel in prunable_kernels(model)]
    return float(sum((one == 0).sum() for one in kernels) / sum(one.size for one in kernels))
