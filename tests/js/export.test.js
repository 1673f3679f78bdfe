// Exports: SVG that is XML, session files that can be read again, and names that tell files apart.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fileName, jsonOf, svgOf } from "../../web/page/export.js";
import { readSession, strokesOf } from "../../web/core/session-file.js";

const RECORDING = readFileSync(new URL("../recordings/4-open-neat.json", import.meta.url), "utf8");
const NOON = new Date(2026, 10, 3, 14, 2);

test("a picture has a filled line for each stroke, and the whole canvas", () => {
  const strokes = strokesOf(readSession(RECORDING));
  const svg = svgOf(strokes, {
    width: 400,
    height: 400,
    title: "4 < 5 & more",
    description: "]]>",
  });
  assert.equal(strokes.length, 2);
  assert.equal(svg.match(/<path d="M[-\d. MQZ]+Z"\/>/g)?.length, 2);
  const size = 'width="400" height="400" viewBox="0 0 400 400"';
  assert(svg.startsWith(`<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img"`), svg);
  assert.match(svg, /<title>4 &lt; 5 &amp; more<\/title>\n {2}<desc>\]\]&gt;<\/desc>/);
});

test("a session file is written as it was read", () => {
  const session = readSession(RECORDING);
  assert.deepEqual(readSession(jsonOf(session)), session);
  assert.equal(jsonOf(session).split("\n").length, session.messages.length + 3);
  assert.deepEqual(JSON.parse(jsonOf({ format: "ink-session", v: 1, messages: [] })), {
    format: "ink-session",
    v: 1,
    messages: [],
  });
});

test("a file's name has the label, the day and the time", () => {
  assert.equal(fileName("7", NOON, "svg"), "ink-7-2026-11-03-1402.svg");
  assert.equal(fileName(null, NOON, "png"), "ink-2026-11-03-1402.png");
  assert.equal(fileName(undefined, NOON, "json"), "ink-2026-11-03-1402.json");
  assert.equal(fileName("七", NOON, "svg"), "ink-七-2026-11-03-1402.svg");
  assert.equal(fileName("../a b?", NOON, "svg"), "ink-a-b-2026-11-03-1402.svg");
  assert.equal(fileName("??", NOON, "svg"), "ink-2026-11-03-1402.svg");
});
