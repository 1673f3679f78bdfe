// Typesetting: a formula as elements that the browser lays out, from MathML or from LaTeX.
//
// LaTeX goes through Temml, which is large, and so is loaded with the first formula. What it makes
// is read like what comes from the network: element by element.

import { MATHML, readMathml } from "../core/mathml.js";

/** @typedef {import("../core/mathml.js").MathElement} MathElement */

// Macros of a text that somebody has had drawn could otherwise expand for ever.
const MAX_EXPANSIONS = 200;

/**
 * The elements of a tree, and those that stand for signs that were drawn.
 * @param {MathElement} tree
 * @returns {{math: Element, leaves: {element: Element, segments: readonly number[]}[]}}
 */
export function elementsOf(tree) {
  /** @type {{element: Element, segments: readonly number[]}[]} */
  const leaves = [];
  const create = (/** @type {MathElement} */ { name, attributes, segments, children }) => {
    const element = document.createElementNS(MATHML, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children.map((child) => typeof child === "string" ? child : create(child)));
    if (segments.length > 0) leaves.push({ element, segments });
    return element;
  };
  return { math: create(tree), leaves };
}

/**
 * @param {string} latex
 * @returns {Promise<MathElement | null | undefined>} null where Temml knows no such formula,
 *   undefined where there is no Temml
 */
export async function typesetLatex(latex) {
  const module = await import("../vendor/temml.js").catch(() => null);
  if (module === null) return undefined;
  try {
    const options = { displayMode: true, throwOnError: true, maxExpand: MAX_EXPANSIONS };
    return readMathml(module.default.renderToString(latex, options));
  } catch {
    return null;
  }
}

/**
 * What a reading looks like: at once where it comes as MathML that can be shown.
 * @param {{latex?: string, mathml?: string}} reading
 * @returns {MathElement | null | Promise<MathElement | null>} null where it cannot be shown
 */
export function treeOf({ latex, mathml }) {
  const tree = mathml === undefined ? null : readMathml(mathml);
  if (tree !== null || latex === undefined) return tree;
  return typesetLatex(latex).then((typeset) => typeset ?? null);
}
