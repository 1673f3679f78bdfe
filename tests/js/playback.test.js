// A session plays in its own time, which here is virtual, and leaves the ink that it left.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { Ink } from "../../web/core/ink.js";
import { LONGEST_PAUSE_MS, Playback } from "../../web/core/playback.js";
import { readSession, sessionOfStrokes, strokesOf } from "../../web/core/session-file.js";

const RECORDINGS = new URL("../recordings/", import.meta.url);
const CANVAS = { width: 400, height: 400 };
const FRAME_MS = 16;

/** A screen whose frames come when the test says so. */
class Screen {
  time_ms = 5_000;
  #look = null;

  now() { return this.time_ms; }

  request(look) {
    this.#look = look;
    return 1;
  }

  cancel() { this.#look = null; }

  /** Whether anybody waits for a frame. */
  get isWanted() { return this.#look !== null; }

  frame(elapsed_ms = FRAME_MS) {
    this.time_ms += elapsed_ms;
    const look = this.#look;
    this.#look = null;
    look();
  }
}

function recording(name) {
  return readSession(readFileSync(new URL(name, RECORDINGS), "utf8"));
}

/** A playback that has begun, and all that it tells, with the time since then. */
function playing(session, ink = new Ink()) {
  const screen = new Screen();
  const start_ms = screen.now();
  const told = [];
  const tell = (what) => told.push([screen.now() - start_ms, what]);
  ink.subscribe((change) => tell(change.kind));
  const playback = new Playback(
    session,
    ink,
    { answer: (answer) => tell(answer), ended: () => tell("ended") },
    screen,
  );
  playback.start();
  return {
    ink,
    playback,
    screen,
    told,
    times: (what) => told.filter((each) => each[1] === what).map((each) => each[0]),
  };
}

function toTheEnd({ screen }) {
  for (let frames = 0; screen.isWanted; frames += 1) {
    assert(frames < 10_000, "it does not end");
    screen.frame();
  }
}

/** A session of one stroke whose points were sent at these times. */
function sentAt(...batches) {
  const messages = batches.map(([at, t], i) => ({
    at,
    send: {
      type: "points",
      seq: i + 1,
      stroke: 0,
      x: t.map((time_ms) => time_ms / 100),
      y: t.map(() => 0),
      t,
      end: i === batches.length - 1,
    },
  }));
  return { format: "ink-session", v: 1, messages };
}

test("every recording leaves the ink that it left, played to its end or stopped half-way", () => {
  for (const name of readdirSync(RECORDINGS)) {
    const session = recording(name);
    const whole = playing(session);
    toTheEnd(whole);
    assert.deepEqual(whole.ink.strokes, strokesOf(session), name);
    const half = playing(session);
    while (half.ink.isEmpty) half.screen.frame();
    half.playback.stop();
    assert.deepEqual(half.ink.strokes, strokesOf(session), name);
  }
});

test("answers come with the ink that they answer, interim and final, and in their own time", () => {
  const session = recording("7-undo-redo-bar.json");
  const recorded = session.messages.filter((entry) => entry.recv?.type === "prediction");
  const play = playing(session);
  toTheEnd(play);
  const answers = play.told.filter(([, what]) => what.type === "prediction");
  assert.deepEqual(answers.map(([, answer]) => [answer.seq, answer.final, answer.top]),
    recorded.map(({ recv }) => [recv.seq, recv.final, recv.top]));
  const [first] = recorded;
  for (const [i, [time_ms]] of answers.entries()) {
    const after_ms = time_ms - answers[0][0];
    assert(
      Math.abs(after_ms - (recorded[i].at - first.at)) <= FRAME_MS,
      `answer ${i} came after ${after_ms} ms`,
    );
  }
  const firstEnd = play.told.findIndex(([, what]) => what === "end");
  assert(
    firstEnd < play.told.findIndex(([, what]) => what.final),
    "a final answer comes after the stroke",
  );
});

test("a point is drawn when the pen was there, not when its message was sent", () => {
  const play = playing(sentAt([40, [0, 20, 40]], [80, [60, 80]]));
  toTheEnd(play);
  assert.deepEqual(play.times("points"), [16, 32, 48, 64, 80]);
});

test("a message that was late does not put its points before others", () => {
  const play = playing(sentAt([100, [0, 40]], [105, [45, 80]]));
  toTheEnd(play);
  assert.deepEqual(play.ink.strokes[0].t, [0, 40, 45, 80]);
  const times = play.times("points");
  assert.deepEqual(times, [...times].sort((one, other) => one - other));
});

test("it begins at once, and cuts the longest pauses short", () => {
  const play = playing(sentAt([60_000, [0]], [61_900, [1_900]], [161_900, [101_900]]));
  toTheEnd(play);
  const [begin, second, third] = play.times("points");
  assert.equal(begin, FRAME_MS);
  assert(Math.abs(second - 1_900) <= FRAME_MS);
  assert(Math.abs(third - second - LONGEST_PAUSE_MS) <= FRAME_MS);
  assert.deepEqual(play.ink.strokes[0].t, [0, 1_900, 1_900 + LONGEST_PAUSE_MS]);
});

test("who draws on after it is later than what was played", () => {
  const play = playing(sentAt([90, [70_000]], [190, [70_100]]));
  toTheEnd(play);
  play.ink.begin({ x: 9, y: 9, time_ms: play.screen.now() + 50, pressure: null });
  assert.deepEqual(play.ink.strokes[0].t, [0, 100]);
  assert(play.ink.open.t[0] > 100);
});

test("what was there is cleared, can be restored, and is beyond the session's own undo", () => {
  const ink = new Ink();
  ink.begin({ x: 1, y: 1, time_ms: 0, pressure: null });
  ink.end();
  const session = sentAt([10, [0]], [20, [10]]);
  for (const seq of [7, 8, 9]) session.messages.push({ at: 30 + seq, send: { type: "undo", seq } });
  const play = playing(session, ink);
  toTheEnd(play);
  assert(ink.isEmpty);
  ink.undo();
  assert.equal(ink.strokes.length, 1);
});

test("stop tells the last answer alone, ends once, and may be said from within", () => {
  const session = recording("7-undo-redo-bar.json");
  const play = playing(session);
  play.screen.frame();
  play.playback.stop();
  play.playback.stop();
  assert(!play.playback.isPlaying);
  assert(!play.screen.isWanted);
  assert.equal(play.times("ended").length, 1);
  assert.equal(play.told.filter(([, what]) => what.type === "prediction").length, 1);

  const ink = new Ink();
  const within = playing(session, ink);
  ink.subscribe((change) => {
    if (change.kind === "end" && within.playback.isPlaying) within.playback.stop();
  });
  toTheEnd(within);
  assert.deepEqual(
    ink.strokes.map((stroke) => stroke.x),
    strokesOf(session).map((stroke) => stroke.x),
  );
  assert.equal(within.times("ended").length, 1);
});

test("it can be played again", () => {
  const session = recording("4-open-neat.json");
  const play = playing(session);
  toTheEnd(play);
  play.playback.start();
  toTheEnd(play);
  assert.deepEqual(
    play.ink.strokes.map((stroke) => stroke.x),
    strokesOf(session).map((stroke) => stroke.x),
  );
  assert.equal(play.times("ended").length, 2);
});

test("a session without ink ends", () => {
  const play = playing({ format: "ink-session", v: 1, messages: [] });
  toTheEnd(play);
  assert.deepEqual(play.told.map((each) => each[1]), ["ended"]);
});

test("bare strokes become the session that drew them", () => {
  for (const name of ["7-undo-redo-bar.json", "4-open-neat.json", "dot-tap.json"]) {
    const strokes = strokesOf(recording(name));
    for (const stroke of strokes) stroke.width = 20 + stroke.number;
    const session = sessionOfStrokes(
      strokes,
      CANVAS,
      { answer: { label: "7", p: 0.9, rejected: false }, label: null },
    );
    assert.deepEqual(readSession(JSON.stringify(session)), session);
    assert.deepEqual(strokesOf(session), strokes.map((stroke, number) => ({ ...stroke, number })));
    const play = playing(session);
    toTheEnd(play);
    assert.equal(play.told.at(-2)[1].top[0].label, "7");
  }
});
