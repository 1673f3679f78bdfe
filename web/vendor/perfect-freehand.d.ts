// What this project calls of perfect-freehand 1.2.3; the whole is in dist/types of its npm package.

export interface StrokeOptions {
  size?: number;
  thinning?: number;
  smoothing?: number;
  streamline?: number;
  simulatePressure?: boolean;
  last?: boolean;
}

/** The polygon around a pen's line. A point is [x, y, pressure from 0 to 1]. */
export declare function getStroke(points: number[][], options?: StrokeOptions): [number, number][];
