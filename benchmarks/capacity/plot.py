"""The picture of a lost region: how many have their answer again, and when."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.capacity.scenarios import CURVE_STEP_S, FAILOVER_S

COLOURS = {"digits": "#2563eb", "lines": "#d97706"}


def write_plot(path: Path, losses: Sequence[Mapping[str, Any]]) -> None:
    """Draw a curve for each scenario; dashed where the page's waits had no jitter."""
    # Whoever writes tables alone does not wait for Matplotlib to be loaded.
    import matplotlib as mpl
    from matplotlib import pyplot

    mpl.use("Agg")
    figure, axes = pyplot.subplots(figsize=(9, 4.5), layout="constrained")
    for loss in losses:
        at = np.arange(len(loss["curve"])) * CURVE_STEP_S
        task = loss["name"].partition(",")[0]
        axes.plot(
            at,
            np.array(loss["curve"]) / loss["affected"] * 100,
            ls="--" if "no jitter" in loss["name"] else "-",
            lw=2.5 if "80" in loss["name"] else 1.2,
            color="#0f766e" if "silence" in loss["name"] else COLOURS[task],
            label=loss["name"],
        )
    axes.axvspan(0, FAILOVER_S, color="#9ca3af", alpha=0.2, lw=0)
    axes.text(FAILOVER_S / 2, 50, "nothing answers", ha="center", fontsize=9)
    axes.set(
        xlabel="seconds since the region was lost",
        ylabel="% of its people have their answer",
        xlim=(0, None),
        ylim=(0, 102),
    )
    axes.legend(fontsize=8, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)
