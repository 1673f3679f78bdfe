// Arguments converted, and interfaces exposed, as Web IDL (https://webidl.spec.whatwg.org) has it.

/** Whoever has it may construct what pages may not. */
export const INTERNAL = Symbol("internal");

// An element of a typed array is set by the conversion that Web IDL means, `valueOf` included; it
// throws for symbols and big integers, where `Number()` would not.
/**
 * Converts to `double`.
 * @param {unknown} value
 * @param {string} name of what it is, for the error
 * @throws {TypeError} it is no finite number
 */
export function toDouble(value, name) {
  const [number = NaN] = new Float64Array([/** @type {number} */ (value)]);
  if (!Number.isFinite(number)) throw new TypeError(`${name} is no finite number`);
  return number;
}

/** Converts to `unsigned long`. @param {unknown} value @throws {TypeError} it is no number */
export function toUnsignedLong(value) {
  const [number = 0] = new Uint32Array([/** @type {number} */ (value)]);
  return number;
}

/** Converts to `DOMString`. @param {unknown} value @throws {TypeError} it is a symbol */
export function toText(value) {
  const text = /** @type {string} */ (value);
  return `${text}`; // `String()` would describe a symbol.
}

/**
 * Converts to a dictionary, of which the caller reads the members in the order of the alphabet.
 * @param {unknown} value
 * @param {string} name of the dictionary, for the error
 * @returns {Record<string, unknown>}
 * @throws {TypeError} it is no object
 */
export function toDictionary(value, name) {
  if (value == null) return {};
  if (typeof value === "object" || typeof value === "function") {
    return /** @type {Record<string, unknown>} */ (value);
  }
  throw new TypeError(`${name} is no object`);
}

/**
 * Converts to `sequence<DOMString>`.
 * @param {unknown} value
 * @param {string} name of what it is, for the error
 * @throws {TypeError} it is no object that can be iterated over, or has a symbol in it
 */
export function toTexts(value, name) {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isObject || !(Symbol.iterator in value)) throw new TypeError(`${name} is no sequence`);
  return Array.from(/** @type {Iterable<unknown>} */ (value), toText);
}

/**
 * Makes a class an interface of the window.
 * @param {string} name since a bundler may have given the class another one
 * @param {Function} constructor
 */
export function exposeInterface(name, constructor) {
  const { prototype } = constructor;
  for (const key of Object.getOwnPropertyNames(prototype)) {
    if (key !== "constructor") Object.defineProperty(prototype, key, { enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  Object.defineProperty(constructor, "name", { value: name, configurable: true });
  Object.defineProperty(globalThis, name, {
    value: constructor, writable: true, enumerable: false, configurable: true,
  });
}

/**
 * Makes methods operations of an interface that the browser has.
 * @param {object} prototype
 * @param {Record<string, Function>} methods
 */
export function exposeOperations(prototype, methods) {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, {
      value, writable: true, enumerable: true, configurable: true,
    });
  }
}
