// Whether the browser has a handwriting recognizer of its own that works.
//
// Chromium has the interfaces on systems where nothing is behind them: to ask for them is not
// enough, so that a stroke is read to find out.

/** A recognizer of the system answers in a tenth of that. */
const NATIVE_WAIT_MS = 2_000;

/** Whether it reads English, or what the browser's user speaks. @returns {Promise<boolean>} */
export async function nativeAnswers() {
  /** @type {Promise<boolean>} */
  const late = new Promise((resolve) => { setTimeout(() => resolve(false), NATIVE_WAIT_MS); });
  const answers = [...new Set(["en", navigator.language])].map(readsStroke);
  const one = Promise.any(answers.map(async (answer) => {
    if (!await answer) throw new Error("It does not read this language");
    return true;
  })).catch(() => false);
  return Promise.race([one, late]);
}

/** @param {string} language */
async function readsStroke(language) {
  try {
    const recognizer = await navigator.createHandwritingRecognizer({ languages: [language] });
    try {
      const drawing = recognizer.startDrawing();
      const stroke = new globalThis.HandwritingStroke();
      for (const t of [0, 10, 20]) stroke.addPoint({ x: 50, y: 20 + 3 * t, t });
      drawing.addStroke(stroke);
      return Array.isArray(await drawing.getPrediction());
    } finally {
      recognizer.finish();
    }
  } catch {
    return false;
  }
}
