// Answers of the service as HandwritingPredictions: graphemes, and the points that are theirs.

/**
 * @typedef {import("../core/readings.js").Segment} Segment
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../core/stroke.js").Stroke} Stroke
 */

/**
 * @param {Prediction} answer
 * @param {readonly Stroke[]} strokes that it is the answer to, in the order sent
 * @returns {HandwritingPrediction[]} none where nothing can be recognized
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
  const others = alternatives.map((other) => other.text).filter((other) => other !== text);
  return [text, ...others].map((reading) => {
    // The signs of a formula stand in two dimensions, so they are no parts of its text.
    const result = latex === undefined ? segmentationOf(reading, segments, strokes) : null;
    return { text: reading, ...(result === null ? {} : { segmentationResult: result }) };
  });
}

/**
 * The graphemes of a reading, if its characters are those of the segments, or others that these may
 * be: the service says the segments of the likeliest reading, of which others have other spaces.
 * @param {string} reading
 * @param {readonly Segment[]} segments
 * @param {readonly Stroke[]} strokes
 */
function segmentationOf(reading, segments, strokes) {
  // A match knows its place in UTF-16 code units; the service counts code points.
  const characters = [...reading.matchAll(/\S/gu)];
  if (characters.length !== segments.length) return null;
  const result = [];
  for (const [place, segment] of segments.entries()) {
    const [character = "", index = 0] = [characters[place]?.[0], characters[place]?.index];
    const { label, top, ranges, strokes: numbers } = segment;
    if (character !== label && !top.some((other) => other.label === character)) return null;
    const parts = ranges?.map(([number = 0, first = 0, end = 0]) => (
      part(strokes[number], first, end)));
    const all = numbers.map((number) => whole(strokes[number]));
    result.push(grapheme(character, index, parts ?? all));
  }
  return result;
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
