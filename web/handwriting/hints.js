// What a page asks of a recognizer, converted: the languages to read, and hints about a drawing.

import { configMessage, RECOGNITIONS } from "../core/messages.js";
import { CANVAS } from "../core/ink.js";
import { toDictionary, toText, toTexts, toUnsignedLong } from "./web-idl.js";

/**
 * @typedef {import("../core/messages.js").ConfigMessage} ConfigMessage
 * @typedef {import("../core/messages.js").Recognition} Recognition
 * @typedef {import("../core/server-messages.js").Ready} Ready
 *
 * What the service is told of a drawing.
 * @typedef {object} Reading
 * @property {Recognition} recognize
 * @property {number} top
 * @property {boolean} language_model
 * @property {string} [labels] all that may be written
 */

/** What the service reads a drawing as if nothing else is asked for. @type {Recognition} */
export const TEXT = "text";
/** More readings of one drawing than anybody chooses from; the rest costs the server time. */
const MOST_ALTERNATIVES = 20;
const DEFAULT_ALTERNATIVES = 3;
/** A decimal number, as the API's explainer has it; with point or comma. */
const NUMBER_LABELS = "0123456789.,-";

/** Types by the API's names; the service's own (`digit`, `line` …) are taken as well. */
const READINGS = new Map(Object.entries({
  "text": { recognize: TEXT, language_model: true },
  // Characters that have nothing to do with each other: no letter tells what the next one is.
  "per-character": { recognize: TEXT, language_model: false },
  "email": { recognize: TEXT, language_model: false },
  "number": {
    recognize: /** @type {Recognition} */ ("line"), language_model: true, labels: NUMBER_LABELS,
  },
}));

/**
 * The languages of a HandwritingModelConstraint.
 * @param {unknown} constraint
 * @returns {string[]}
 * @throws {TypeError} it has none
 */
export function languagesOf(constraint) {
  const { languages } = toDictionary(constraint, "The constraint");
  return toTexts(languages, "The constraint's languages");
}

/**
 * Whether the service's readers are made for all of some languages: letters and words are English.
 * @param {readonly string[]} tags of BCP 47
 */
export function canRead(tags) {
  return tags.length > 0 && tags.every((tag) => {
    try {
      const { language, script } = new Intl.Locale(tag).maximize();
      return language === "en" && script === "Latn";
    } catch {
      return false; // It is no tag.
    }
  });
}

/** @param {unknown} hints @returns {Reading} @throws {TypeError} they cannot be converted */
export function readingOf(hints) {
  const dictionary = toDictionary(hints, "The hints");
  /** @param {string} name @param {string} otherwise */
  const text = (name, otherwise) => {
    const value = dictionary[name];
    return value === undefined ? otherwise : toText(value);
  };
  const { alternatives = DEFAULT_ALTERNATIVES } = dictionary;
  const most = toUnsignedLong(alternatives);
  // The kind of pen and what was written before are no help to the service: only converted.
  text("inputType", "");
  const type = text("recognitionType", TEXT);
  text("textContext", "");
  const recognize = RECOGNITIONS.find((name) => name === type) ?? TEXT;
  return {
    ...READINGS.get(type) ?? { recognize, language_model: true },
    top: Math.min(Math.max(most, 1), MOST_ALTERNATIVES),
  };
}

/**
 * The first message of a connection that reads such drawings.
 * @param {Reading} reading
 * @param {Ready} ready what the service offers: where it lacks a reader, texts are read
 * @returns {ConfigMessage}
 */
export function configOf({ recognize, top, language_model, labels }, { recognizers }) {
  const offered = recognizers[recognize];
  const config = configMessage(CANVAS, offered === undefined ? TEXT : recognize);
  const allowed = offered?.filter((label) => labels?.includes(label)) ?? [];
  return {
    ...config, top, language_model, interim: false, image: false,
    ...(allowed.length === 0 ? {} : { labels: allowed }),
  };
}
