// Session files for tests, built of the messages that were sent.

export const CANVAS = { width: 400, height: 400 };

/** A session of these messages, numbered in their order. */
export function session(...sent) {
  return {
    format: "ink-session",
    v: 1,
    canvas: CANVAS,
    messages: sent.map((send, i) => ({ at: i, send: { seq: i + 1, ...send } })),
  };
}

/** A message with a stroke that begins at this place and time. */
export function line(stroke, x, t = 0) {
  return { type: "points", stroke, x: [x, x + 10], y: [x, x + 20], t: [t, t + 30], end: true };
}

export const ink = (...strokes) => ({ type: "ink", strokes });
export const column = (x) => ({ x: [x], y: [x], t: [0] });
