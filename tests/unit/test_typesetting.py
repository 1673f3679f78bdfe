"""Tests that all formulas that can be answered are typeset by the page, from LaTeX and MathML."""

import json
import shutil
import subprocess

import numpy as np
import pytest

from realtime.recognition.math.mathml import mathml_of
from realtime.recognition.math.notation import latex_of
from realtime.recognition.math.tree import Item, Row, Sign, signs_of, with_functions
from tests.support.files import ROOT
from train.data.formula_texts import formula

# Of made-up formulas: with fewer some signs would be in none of them.
COUNT = 400
SEED = 20
LABELS: list[str] = json.loads((ROOT / "weights/characters/model_card.json").read_text())[
    "labels_of_tasks"
]["math"]
# Prints what Temml, or the page, does not know.
TYPESET = """
import { readFileSync } from "node:fs";
import { readMathml } from "./web/core/mathml.js";
import { typesetLatex } from "./web/math/typesetting.js";
const unknown = [];
for (const { latex, mathml } of JSON.parse(readFileSync(0))) {
  if (!await typesetLatex(latex)) unknown.push(latex);
  if (!readMathml(mathml)) unknown.push(mathml);
}
console.log(JSON.stringify(unknown));
"""


def unknown_to_the_page(rows: list[Row]) -> list[str]:
    """The LaTeX and MathML of formulas that the page cannot typeset."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js")
    named = [with_functions(row) for row in rows]
    formulas = [
        {
            "latex": latex_of(row),
            "mathml": mathml_of(row, {sign.ids: i for i, sign in enumerate(signs_of(row))}),
        }
        for row in named
    ]
    done = subprocess.run(
        [node, "--input-type=module", "--eval", TYPESET],
        cwd=ROOT,
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        check=True,
    )
    unknown: list[str] = json.loads(done.stdout)
    return unknown


def test_made_up_formulas_of_all_kinds_are_typeset() -> None:
    rng = np.random.default_rng(SEED)
    rows = [formula(rng) for _ in range(COUNT)]
    assert {len(row) for row in rows} > {2, 5}
    assert unknown_to_the_page(rows) == []


def test_every_sign_is_typeset_alone_and_beside_others() -> None:
    signs = [Sign(label, (i,)) for i, label in enumerate(LABELS)]
    one, *_ = signs
    rows: list[Row] = [(Item(sign),) for sign in signs]
    rows += [(Item(one), Item(sign), Item(one)) for sign in signs]
    rows += [(Item(one, sub=(Item(sign),), sup=(Item(sign),)),) for sign in signs]
    rows.append(tuple(Item(sign) for sign in signs))
    assert unknown_to_the_page(rows) == []


def test_what_is_no_formula_would_be_found() -> None:
    assert unknown_to_the_page([(Item(Sign("\\nonsense", (0,))),)]) == ["\\nonsense"]
