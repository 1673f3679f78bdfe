// Presentation MathML as a tree of known elements: read from a text, and written as one.
//
// A formula comes from the network, or out of a library, and is shown in other people's pages: so
// its elements and attributes are built one by one, from these lists alone, and nothing is ever
// handed to a parser of HTML, which pages may forbid (https://www.w3.org/TR/trusted-types/).

/**
 * `segments` are the characters of the answer that an element stands for, by their places.
 * @typedef {object} MathElement
 * @property {string} name
 * @property {Readonly<Record<string, string>>} attributes
 * @property {readonly number[]} segments
 * @property {readonly (MathElement | string)[]} children
 */

export const MATHML = "http://www.w3.org/1998/Math/MathML";

const ELEMENTS = new Set([
  "math", "mrow", "mi", "mn", "mo", "mtext", "ms", "mspace", "mfrac", "msqrt", "mroot", "msub",
  "msup", "msubsup", "munder", "mover", "munderover", "mstyle", "mpadded", "mphantom",
]);
const ATTRIBUTES = new Set([
  "accent", "accentunder", "depth", "display", "displaystyle", "fence", "form", "height",
  "largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits",
  "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width",
]);
const SEGMENT = "data-segment";
const PLAIN_VALUE = /^[-+\w .%]{0,40}$/;
const SEGMENT_VALUE = /^\d{1,4}( \d{1,4})*$/;
// A formula on a board has some hundred signs; no browser lays out much deeper trees.
const MAX_LENGTH = 100_000;
const MAX_DEPTH = 100;
// A tag, with its attributes in quotes, or what stands between two tags.
const TOKEN = /<(\/?)([\w:-]+)((?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;
const ATTRIBUTE = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES = new Map([
  ["lt", "<"], ["gt", ">"], ["amp", "&"], ["quot", '"'], ["apos", "'"], ["nbsp", "\u00a0"],
]);

/**
 * Reads one `<math>` element. Attributes that are not known are left out.
 * @param {string} text
 * @returns {MathElement | null} null for what is malformed, or has an element that is not known
 */
export function readMathml(text) {
  if (text.length > MAX_LENGTH) return null;
  /** @type {MathElement & {children: (MathElement | string)[]}} */
  const root = { name: "", attributes: {}, segments: [], children: [] };
  const open = [root];
  let end = 0;
  for (const token of text.trim().matchAll(TOKEN)) {
    end = token.index + token[0].length;
    const [, closes, name = "", attributes = "", isEmpty, content] = token;
    const parent = /** @type {typeof root} */ (open.at(-1));
    if (content !== undefined) {
      const words = unescaped(content);
      if (words === null) return null;
      // Between elements there may be line breaks; within one they are spaces.
      if (words.trim() !== "") parent.children.push(words.replace(/[ \t\r\n]+/g, " "));
      continue;
    }
    if (closes) {
      if (open.length === 1 || parent.name !== name) return null;
      open.pop();
      continue;
    }
    if (!ELEMENTS.has(name) || open.length > MAX_DEPTH) return null;
    const element = { name, ...readAttributes(attributes), children: [] };
    parent.children.push(element);
    if (!isEmpty) open.push(element);
  }
  const [math] = root.children;
  const isWhole = end === text.trim().length && open.length === 1 && root.children.length === 1;
  return isWhole && typeof math === "object" && math.name === "math" ? math : null;
}

/**
 * Writes it for other programs: without what ties it to the ink.
 * @param {MathElement} element
 * @returns {string}
 */
export function mathmlOf({ name, attributes, children }) {
  const all = name === "math" ? { xmlns: MATHML, ...attributes } : attributes;
  const words = Object.entries(all).map(([key, value]) => ` ${key}="${escaped(value)}"`).join("");
  const inner = children.map((child) =>
    typeof child === "string" ? escaped(child) : mathmlOf(child)).join("");
  return `<${name}${words}>${inner}</${name}>`;
}

/** @param {string} text @returns {Pick<MathElement, "attributes" | "segments">} */
function readAttributes(text) {
  /** @type {Record<string, string>} */
  const attributes = {};
  /** @type {number[]} */
  let segments = [];
  for (const [, name = "", inDouble, inSingle] of text.matchAll(ATTRIBUTE)) {
    const value = inDouble ?? inSingle ?? "";
    if (name === SEGMENT && SEGMENT_VALUE.test(value)) segments = value.split(" ").map(Number);
    else if (ATTRIBUTES.has(name) && PLAIN_VALUE.test(value)) attributes[name] = value;
  }
  return { attributes, segments };
}

/** @param {string} text @returns {string | null} null for an entity that is not known */
function unescaped(text) {
  let isKnown = true;
  const plain = text.replace(/&(#x?)?([\da-zA-Z]*);?/g, (entity, number, name) => {
    const code = number === undefined ? NaN : parseInt(name, number === "#x" ? 16 : 10);
    const isCharacter = code > 0 && code <= 0x10ffff && entity.endsWith(";");
    const found = isCharacter ? String.fromCodePoint(code) : ENTITIES.get(name);
    isKnown &&= found !== undefined && entity.endsWith(";");
    return found ?? "";
  });
  return isKnown ? plain : null;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
