"""Tests that the instruction sets that matter are found in what Linux says of processors."""

from pathlib import Path

import pytest

from realtime.processor import instruction_sets


@pytest.mark.parametrize(
    ("cpuinfo", "expected"),
    [
        ("processor\t: 0\nflags\t\t: fpu sse2 avx2 bmi2\n", ("avx2",)),
        ("flags : avx2 avx512f avx512_vnni avx512vl\n", ("avx2", "avx512f", "avx512_vnni")),
        ("flags : fma avx_vnni avx2\n", ("avx2", "avx_vnni")),
        ("Features\t: fp asimd evtstrm asimddp\n", ("asimd", "asimddp")),
        ("flags : fpu sse2\n", ()),
        ("", ()),
    ],
)
def test_the_instruction_sets_are_found(
    tmp_path: Path, cpuinfo: str, expected: tuple[str, ...]
) -> None:
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    assert instruction_sets(tmp_path / "cpuinfo") == expected


def test_a_system_that_does_not_tell_has_none(tmp_path: Path) -> None:
    assert instruction_sets(tmp_path / "missing") == ()
