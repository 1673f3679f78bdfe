// Elements of a document: typed look-up, creation, what custom elements need, and translation of
// the texts that markup names by key.

/** @typedef {Record<string, string | number>} Attributes */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 * @throws {Error} if there is none of this type
 */
export function requireElement(root, selector, type) {
  const found = root.querySelector(selector);
  // An element that was moved to another window may be of that window's types.
  const view = /** @type {any} */ (found?.ownerDocument.defaultView ?? window);
  if (!(found instanceof type) && !(found instanceof view[type.name])) {
    throw new Error(`there is no ${type.name} ${selector}`);
  }
  return /** @type {T} */ (found);
}

/**
 * Creates an HTML element. Markup would be shorter to write, but pages may forbid to parse any:
 * https://www.w3.org/TR/trusted-types/
 * @param {string} name
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children
 */
export function createHtml(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/**
 * Creates an SVG element.
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children
 */
export function createSvg(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/**
 * @template {Element} T
 * @param {T} element
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
function fill(element, attributes = {}, children) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * The window that shows an element, which a page may have moved out of that of this script; the
 * latter if none does.
 * @param {Node} node
 */
export function viewOf(node) {
  return node.ownerDocument?.defaultView ?? window;
}

/**
 * The time and the frames of the window that shows an element.
 * @param {Node} node
 * @returns {import("../core/playback.js").Clock}
 */
export function clockOf(node) {
  const view = viewOf(node);
  return {
    now: () => view.performance.now(),
    request: (callback) => view.requestAnimationFrame(callback),
    cancel: (request) => view.cancelAnimationFrame(request),
  };
}

/**
 * Defines a custom element, unless another copy of its script has: the first one stays.
 * @param {string} name
 * @param {CustomElementConstructor} type
 */
export function defineElement(name, type) {
  if (customElements.get(name) === undefined) customElements.define(name, type);
}

/**
 * Sets the properties again that a page has set before the element was defined: until they are
 * deleted they hide those of its class (https://web.dev/articles/custom-elements-best-practices). A
 * value that is refused is reported as an error of the page.
 * @param {HTMLElement} element
 */
export function upgradeProperties(element) {
  const prototype = Object.getPrototypeOf(element);
  for (const name of Object.keys(element).filter((key) => key in prototype)) {
    const value = Reflect.get(element, name);
    Reflect.deleteProperty(element, name);
    try {
      Reflect.set(element, name, value);
    } catch (error) {
      reportError(error);
    }
  }
}

/**
 * Fills in the texts whose keys stand in the markup: `data-i18n` as content, `data-i18n-alt` of
 * images, and `data-i18n-label` as accessible name and, on buttons, as tooltip with the shortcut.
 * @param {ParentNode} root
 * @param {import("../core/i18n.js").Translate} translate
 */
export function translateElements(root, translate) {
  /** @param {string} selector @returns {NodeListOf<HTMLElement>} */
  const all = (selector) => root.querySelectorAll(selector);
  for (const element of all("[data-i18n]")) {
    element.textContent = translate(element.dataset["i18n"] ?? "");
  }
  for (const image of all("[data-i18n-alt]")) {
    image.setAttribute("alt", translate(image.dataset["i18nAlt"] ?? ""));
  }
  for (const element of all("[data-i18n-label]")) {
    const { i18nLabel, keys } = element.dataset;
    const text = translate(i18nLabel ?? "");
    element.setAttribute("aria-label", text);
    if (element.localName === "button") {
      element.title = keys ? `${text} (${keysHere(keys)})` : text;
    }
  }
}

/** A shortcut as keyboards of this system have it. @param {string} keys for example "Ctrl+Z" */
function keysHere(keys) {
  const isMac = /Mac|iP/.test(navigator.platform);
  return isMac ? keys.replace("Ctrl+Shift+", "⇧⌘").replace("Ctrl+", "⌘") : keys;
}
