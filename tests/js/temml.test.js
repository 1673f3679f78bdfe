// Temml typesets the LaTeX that the service writes into elements that the page knows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readMathml } from "../../web/core/mathml.js";
import temml from "../../web/vendor/temml.js";
import { treeOf, typesetLatex } from "../../web/math/typesetting.js";

const SIGNS = "\\times \\div \\cdot \\neq \\leq \\geq \\pm \\to \\infty \\pi \\alpha \\beta "
  + "\\gamma \\theta \\lambda \\mu \\Delta + - = < > / ( ) [ ] \\{ \\} | ! \\% , .";

for (const latex of [
  SIGNS,
  "\\frac{1+2}{3}=",
  "x_{1}^{2}",
  "\\sqrt{2}\\sqrt[3]{x}",
  "\\sum_{i=1}^{n}i",
  "\\prod_{k}k",
  "\\int_{0}^{\\infty}xdx",
  "\\lim_{x\\to 0}\\sin x",
]) {
  test(`known: ${latex}`, async () => {
    const tree = await typesetLatex(latex);
    assert.equal(tree?.name, "math");
  });
}

test("what is no LaTeX, or not in Temml, is not shown at all", async () => {
  for (const latex of ["\\frac{1}", "\\nosuchcommand", "{", "x^"]) {
    assert.equal(await typesetLatex(latex), null, latex);
  }
});

test("macros that never end are ended, and links are not made", async () => {
  assert.equal(await typesetLatex("\\def\\a{\\a\\a}\\a"), null);
  assert.equal(await typesetLatex("\\href{javascript:alert(1)}{x}"), null);
});

test("what comes as MathML needs no Temml, and what cannot be shown is LaTeX's turn", async () => {
  const mathml = "<math><mn>7</mn></math>";
  assert.deepEqual(treeOf({ mathml, latex: "8" }), readMathml(mathml));
  const tree = await treeOf({ mathml: "<math><script>1</script></math>", latex: "8" });
  assert.deepEqual(tree?.children.map(({ children }) => children), [["8"]]);
  assert.equal(treeOf({}), null);
});

test("it is the version that its head names", () => {
  assert.equal(temml.version, "0.13.5");
});
