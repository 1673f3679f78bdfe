"""Tests of the gallery's forms of signs."""

import json
import re

from tests.support.files import ROOT
from tools.sign_forms import FORMS_FILE, GROUPS, MOST, forms_of, module

LABELS: list[str] = json.loads((ROOT / "weights/characters/model_card.json").read_text())["labels"]


def test_every_sign_that_can_be_read_has_a_form() -> None:
    grouped = [sign for _, signs in GROUPS for sign in signs]
    assert len(grouped) == len(set(grouped))
    assert set(LABELS) <= set(grouped)
    for sign in LABELS:
        forms = forms_of(sign)
        assert 1 <= len(forms) <= MOST, sign
        for form in forms:
            assert re.fullmatch(r"(M-?\d+ -?\d+(L-?\d+ -?\d+)+)+", form), sign


def test_the_page_has_what_the_tool_writes() -> None:
    assert FORMS_FILE.read_text() == module(), "run python -m tools.sign_forms"
