"""On what was measured: the machine that stands beside every figure."""

import os
import platform
from pathlib import Path

from realtime.processor import instruction_sets


def machine_description() -> str:
    """Cores, processor with its instruction sets, system and Python, in one line."""
    system = f"Linux {platform.release()}, Python {platform.python_version()}"
    sets = " ".join(instruction_sets())
    return f"{os.cpu_count()} cores, {_processor()} ({sets}), {system}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )
