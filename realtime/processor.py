"""The instruction sets of this machine's processor on which a network's speed depends."""

from pathlib import Path

# As Linux names them in /proc/cpuinfo: of x86-64, then of ARM.
_KNOWN = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8", "asimd", "asimddp", "i8mm")
_CPUINFO = Path("/proc/cpuinfo")


def instruction_sets(cpuinfo: Path = _CPUINFO) -> tuple[str, ...]:
    """Those that the processor has, by Linux's names; none where the system does not tell."""
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:  # not Linux
        return ()
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() in {"flags", "Features"}:
            flags = value.split()
            return tuple(known for known in _KNOWN if known in flags)
    return ()
