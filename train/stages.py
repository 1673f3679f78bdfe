"""The clock of a training's stages."""

import time


class StageClock:
    """Prints when each stage begins, and how long the one before it took."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._stage = ""

    def __call__(self, stage: str) -> None:
        """Begin a stage; "done" is none."""
        now = time.monotonic()
        if self._stage:
            print(f"({self._stage}: {(now - self._began) / 60:.1f} min)")
        print(f"\n{stage.capitalize()} …" if stage != "done" else "", flush=True)
        self._began, self._stage = now, stage
