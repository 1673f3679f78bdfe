// MathML is read by a list of what is known, and written without what ties it to the ink.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mathmlOf, readMathml } from "../../web/core/mathml.js";

const NS = 'xmlns="http://www.w3.org/1998/Math/MathML"';
const HALF = `<math ${NS} display="block"><mfrac data-segment="1"><mn data-segment="0">1</mn>
  <mn data-segment='2 3'>20</mn></mfrac><mo stretchy="false">&lt;</mo><mspace width="1em"/></math>`;

test("a formula becomes a tree that says which signs its elements are", () => {
  const math = readMathml(HALF);
  assert.equal(math.name, "math");
  assert.deepEqual(math.attributes, { display: "block" });
  const [fraction, less, space] = math.children;
  assert.deepEqual([fraction.name, fraction.segments], ["mfrac", [1]]);
  assert.deepEqual(fraction.children.map(({ segments }) => segments), [[0], [2, 3]]);
  assert.deepEqual(fraction.children.map(({ children }) => children), [["1"], ["20"]]);
  assert.deepEqual(less.children, ["<"]);
  assert.deepEqual(less.attributes, { stretchy: "false" });
  assert.deepEqual(space.children, []);
});

test("it is written for other programs with its namespace, and without the signs", () => {
  assert.equal(
    mathmlOf(readMathml(HALF)),
    `<math ${NS} display="block"><mfrac><mn>1</mn><mn>20</mn></mfrac>`
      + '<mo stretchy="false">&lt;</mo><mspace width="1em"></mspace></math>',
  );
});

test("characters may be written by their numbers", () => {
  const [child] = readMathml("<math><mo>&#x2264;&#960;&nbsp;</mo></math>").children;
  assert.deepEqual(child.children, ["≤π\u00a0"]);
});

test("attributes that are not known are left out, and so are odd values", () => {
  const odd = '<math onclick="alert(1)" style="x" href="javascript:1" class="a" id="b">'
    + '<mn data-segment="0;1" width="url(x)" mathvariant="normal">1</mn></math>';
  const math = readMathml(odd);
  assert.deepEqual(math.attributes, {});
  assert.deepEqual(math.children[0].attributes, { mathvariant: "normal" });
  assert.deepEqual(math.children[0].segments, []);
});

const DEEP = `<math>${"<mrow>".repeat(200)}${"</mrow>".repeat(200)}</math>`;
for (const [what, text] of Object.entries({
  "nothing": "",
  "text": "x",
  "another element": "<mrow></mrow>",
  "two formulas": "<math></math><math></math>",
  "an element of HTML": "<math><img src=x></math>",
  "a script": "<math><mtext><script>alert(1)</script></mtext></math>",
  "an annotation": "<math><annotation-xml></annotation-xml></math>",
  "a link": '<math><maction actiontype="statusline#x"></maction></math>',
  "what is not closed": "<math><mrow></math>",
  "what is not opened": "<math></mrow></math>",
  "an end that is missing": "<math><mn>1</mn>",
  "a tag that is cut": "<math><mn",
  "an attribute without quotes": "<math display=block></math>",
  "a comment": "<math><!-- --></math>",
  "an entity that nobody knows": "<math><mo>&foo;</mo></math>",
  "a bare ampersand": "<math><mo>& </mo></math>",
  "a character that does not exist": "<math><mo>&#x110000;</mo></math>",
  "too deep a tree": DEEP,
  "too long a text": `<math><mn>${"1".repeat(100_000)}</mn></math>`,
})) {
  test(`refused: ${what}`, () => assert.equal(readMathml(text), null));
}
