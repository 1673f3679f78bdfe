// navigator.queryHandwritingRecognizer and navigator.createHandwritingRecognizer.

import { canRead, languagesOf } from "./hints.js";
import { openRecognizer } from "./recognizer.js";
import { currentService } from "./service.js";

// What the service does not use is not supported: `textContext` is false, where the specification
// has null and its IDL a boolean. Ink of all kinds of pens is read the same way.
/** @type {HandwritingRecognizerQueryResult} */
const DESCRIPTION = {
  textAlternatives: true,
  textSegmentation: true,
  hints: {
    recognitionType: ["text", "per-character"],
    inputType: ["mouse", "stylus", "touch"],
    textContext: false,
    alternatives: true,
  },
};

/** A getter of the browser's own says whether an object is a navigator. */
const brand = Object.getOwnPropertyDescriptor(Navigator.prototype, "onLine")?.get;

/** @param {unknown} receiver @throws {TypeError} it is no navigator */
function checkNavigator(receiver) { brand?.call(receiver); }

/**
 * What the browser's navigator has of these two.
 * @type {Pick<Navigator, "queryHandwritingRecognizer" | "createHandwritingRecognizer">}
 */
export const METHODS = {
  /**
   * What recognizers of some languages can do; null where there are none, or no service answers.
   * @this {unknown}
   * @param {HandwritingModelConstraint} constraint
   */
  async queryHandwritingRecognizer(constraint) {
    checkNavigator(this);
    if (!canRead(languagesOf(constraint))) return null;
    const recognizer = await openRecognizer(currentService()).catch(() => null);
    recognizer?.finish();
    return recognizer && structuredClone(DESCRIPTION);
  },

  /**
   * A recognizer of some languages.
   * @this {unknown}
   * @param {HandwritingModelConstraint} constraint
   * @throws {DOMException} NotSupportedError: there is none; OperationError: no service answers;
   *   UnknownError: the service refuses this page
   */
  async createHandwritingRecognizer(constraint) {
    checkNavigator(this);
    const languages = languagesOf(constraint);
    if (canRead(languages)) return openRecognizer(currentService());
    const named = languages.join(", ") || "no language";
    throw new DOMException(`There is no recognizer for ${named}`, "NotSupportedError");
  },
};
