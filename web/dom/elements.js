// Elements of a document: typed look-up, and translation of the texts that markup names by key.

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
  if (!(found instanceof type)) throw new Error(`there is no ${type.name} ${selector}`);
  return found;
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
    if (element instanceof HTMLButtonElement) element.title = keys ? `${text} (${keys})` : text;
  }
}
