// The Handwriting Recognition API as browsers declare theirs; no library of TypeScript has it.
// tests/js/handwriting-types.test.js holds it to the IDL of the specification.

export * from "../js/handwriting.js";

declare global {
  interface Navigator {
    /** What recognizers of some languages can do; null where there are none. */
    queryHandwritingRecognizer(
      constraint: HandwritingModelConstraint): Promise<HandwritingRecognizerQueryResult | null>;
    /** A recognizer of some languages; rejects with NotSupportedError where there is none. */
    createHandwritingRecognizer(
      constraint: HandwritingModelConstraint): Promise<HandwritingRecognizer>;
  }

  interface HandwritingModelConstraint {
    /** Tags of BCP 47, all of which have to be read. */
    languages: Iterable<string>;
  }

  interface HandwritingRecognizerQueryResult {
    textAlternatives?: boolean;
    textSegmentation?: boolean;
    hints?: HandwritingHintsQueryResult;
  }

  interface HandwritingHintsQueryResult {
    recognitionType?: HandwritingRecognitionType[];
    inputType?: HandwritingInputType[];
    textContext?: boolean;
    alternatives?: boolean;
  }

  type HandwritingRecognitionType = "text" | "per-character";
  type HandwritingInputType = "mouse" | "stylus" | "touch";

  interface HandwritingRecognizer {
    /** A new drawing without strokes. */
    startDrawing(hints?: HandwritingHints): HandwritingDrawing;
    /** Frees the recognizer; its drawings get no more predictions. */
    finish(): void;
  }

  interface HandwritingHints {
    /** "text" by default; "per-character", "number" and the service's own names, too. */
    recognitionType?: string;
    /** "mouse" by default. */
    inputType?: string;
    textContext?: string;
    /** How many predictions there may be; 3 by default. */
    alternatives?: number;
  }

  interface HandwritingDrawing {
    addStroke(stroke: HandwritingStroke): void;
    removeStroke(stroke: HandwritingStroke): void;
    clear(): void;
    /** The strokes themselves, in the order in which they were added. */
    getStrokes(): HandwritingStroke[];
    /** What the drawing says, the likeliest first. */
    getPrediction(): Promise<HandwritingPrediction[]>;
  }

  interface HandwritingStroke {
    /** Appends a copy of a point. */
    addPoint(point: HandwritingPoint): void;
    /** Copies of the points. */
    getPoints(): HandwritingPoint[];
    clear(): void;
  }

  interface HandwritingPoint {
    x: number;
    y: number;
    /** Milliseconds since some moment, the same for all points of a drawing. */
    t?: number;
  }

  interface HandwritingPrediction {
    text: string;
    segmentationResult?: HandwritingSegment[];
  }

  interface HandwritingSegment {
    grapheme: string;
    /** Where it is in `text`: the first code unit, and the one after the last. */
    beginIndex: number;
    endIndex: number;
    drawingSegments: HandwritingDrawingSegment[];
  }

  interface HandwritingDrawingSegment {
    strokeIndex: number;
    /** The first point, and the one after the last. */
    beginPointIndex: number;
    endPointIndex: number;
  }

  // Interfaces of the window, of which pages may construct the last alone.
  var HandwritingRecognizer: { prototype: HandwritingRecognizer };
  var HandwritingDrawing: { prototype: HandwritingDrawing };
  var HandwritingStroke: { prototype: HandwritingStroke; new(): HandwritingStroke };
}
