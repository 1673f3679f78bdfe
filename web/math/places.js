// Places of signs in a formula on the screen, to tap them and to stress them.

/** @typedef {import("../line/tappable.js").Place} Place */

const BAR = 0.5; // Of the height of a line of text: about a fraction's bar a finger may tap.
const RADICAL_WIDTH = 0.6; // The same, of what stands left of what a root is of.

/**
 * Where the signs of a formula are, in CSS px of the window.
 * @param {readonly {element: Element, segments: readonly number[]}[]} leaves
 * @param {number} em the formula's font size in CSS px
 * @returns {Place[]}
 */
export function placesOf(leaves, em) {
  return leaves.flatMap(({ element, segments }) => {
    const rects = rectsOf(element, segments.length, em);
    return segments.map((index, i) => ({ index, rect: /** @type {DOMRect} */ (rects[i]) }));
  });
}

/**
 * One rectangle for each of some signs that an element stands for, from left to right.
 * @param {Element} element
 * @param {number} count
 * @param {number} em
 * @returns {DOMRect[]}
 */
function rectsOf(element, count, em) {
  const rect = element.getBoundingClientRect();
  const [first, second] = element.children;
  if (element.localName === "mfrac" && first && second) {
    const above = first.getBoundingClientRect().bottom;
    const below = second.getBoundingClientRect().top;
    const middle = (above + below) / 2;
    const height = Math.max(below - above, BAR * em);
    return Array(count).fill(new DOMRect(rect.x, middle - height / 2, rect.width, height));
  }
  if (element.localName === "msqrt" || element.localName === "mroot") {
    // A root with an index has that left of it, above the radical's first strokes.
    const left = first?.getBoundingClientRect().left ?? rect.right;
    const width = Math.min(Math.max(left - rect.left, RADICAL_WIDTH * em), rect.width);
    return Array(count).fill(new DOMRect(rect.x, rect.y, width, rect.height));
  }
  const text = element.firstChild;
  const letters = [...element.textContent ?? ""];
  if (count > 1 && letters.length === count && text?.nodeType === Node.TEXT_NODE) {
    let at = 0;
    return letters.map((letter) => {
      const range = element.ownerDocument.createRange();
      range.setStart(text, at);
      range.setEnd(text, at += letter.length);
      return range.getBoundingClientRect();
    });
  }
  const width = rect.width / count;
  return [...Array(count).keys()].map((i) =>
    new DOMRect(rect.x + i * width, rect.y, width, rect.height));
}
