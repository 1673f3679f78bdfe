// Answers of the service as HandwritingPredictions: graphemes, and the points that are theirs.

/**
 * @typedef {import("../core/readings.js").Segment} Segment
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../core/stroke.js").Stroke} Stroke
 */

/**
 * @param {Prediction} answer
 * @param {readonly Stroke[]} strokes that it is the answer to, in the order sent
 * @returns {HandwritingPrediction[]} none where nothing can be recognized; of a single character
 *   each is segmented, of several the first
 */
export function predictionsOf(answer, strokes) {
  const { text, alternatives, segments, latex } = answer;
  if (text === undefined || alternatives === undefined || segments === undefined) {
    return answer.top.map(({ label }) => ({
      text: label,
      segmentationResult: [grapheme(label, 0, strokes.map(whole))],
    }));
  }
  if (text === "") return [];
  // The signs of a formula stand in two dimensions, so they are no parts of its text.
  const result = latex === undefined
    ? { segmentationResult: segmentationOf(text, segments, strokes) } : {};
  const others = alternatives.filter((other) => other.text !== text);
  return [{ text, ...result }, ...others.map((other) => ({ text: other.text }))];
}

/**
 * @param {string} text
 * @param {readonly Segment[]} segments
 * @param {readonly Stroke[]} strokes
 */
function segmentationOf(text, segments, strokes) {
  // The service counts code points, JavaScript UTF-16 code units.
  const indices = [0];
  for (const character of text) indices.push((indices.at(-1) ?? 0) + character.length);
  return segments.map(({ label, at, ranges, strokes: numbers }, place) => {
    const parts = ranges?.map(([number = 0, first = 0, end = 0]) => (
      part(strokes[number], first, end)));
    const all = numbers.map((number) => whole(strokes[number]));
    return grapheme(label, indices[at ?? place] ?? 0, parts ?? all);
  });
}

/**
 * @param {string} label
 * @param {number} beginIndex
 * @param {HandwritingDrawingSegment[]} drawingSegments
 * @returns {HandwritingSegment}
 */
function grapheme(label, beginIndex, drawingSegments) {
  return { grapheme: label, beginIndex, endIndex: beginIndex + label.length, drawingSegments };
}

/** @param {Stroke | undefined} stroke */
function whole(stroke) { return part(stroke, 0, stroke?.x.length ?? 0); }

/**
 * @param {Stroke | undefined} stroke
 * @param {number} beginPointIndex
 * @param {number} endPointIndex
 * @returns {HandwritingDrawingSegment}
 */
function part(stroke, beginPointIndex, endPointIndex) {
  return { strokeIndex: stroke?.number ?? 0, beginPointIndex, endPointIndex };
}
