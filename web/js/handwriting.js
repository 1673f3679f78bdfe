// The Handwriting Recognition API (https://wicg.github.io/handwriting-recognition/) on a service:
// navigator.createHandwritingRecognizer and what belongs to it, for browsers that have none, or one
// that does not answer. docs/handwriting-api.md describes it.

import { HandwritingDrawing } from "../handwriting/drawing.js";
import { nativeAnswers } from "../handwriting/native.js";
import { METHODS } from "../handwriting/navigator.js";
import { HandwritingRecognizer } from "../handwriting/recognizer.js";
import { HandwritingStroke } from "../handwriting/stroke.js";
import { exposeInterface, exposeOperations } from "../handwriting/web-idl.js";

export { useService } from "../handwriting/service.js";

// Whoever imports this module goes on when it is known whose recognizer is there. Where the browser
// has none there is nothing to wait for: Safari lets a second importer go on too early
// (https://bugs.webkit.org/show_bug.cgi?id=242740).
const isNative = "createHandwritingRecognizer" in navigator;
if (!isSecureContext) {
  console.warn("The Handwriting Recognition API is for secure contexts: https:, or localhost.");
} else if (!isNative || !await nativeAnswers()) {
  exposeInterface("HandwritingRecognizer", HandwritingRecognizer);
  exposeInterface("HandwritingDrawing", HandwritingDrawing);
  exposeInterface("HandwritingStroke", HandwritingStroke);
  exposeOperations(Navigator.prototype, METHODS);
}
