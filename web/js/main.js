// A stroke point finds its way here: pad → ink → link → server → link → answers. This file only joins them.

import { Answers } from "./answers.js";
import { Ink } from "./ink.js";
import { Link } from "./link.js";
import { CANVAS, Pad } from "./pad.js";
import { Recording } from "./recording.js";
import { Tools } from "./tools.js";

const { signal } = new AbortController();

// Relative to the page, so that it works behind any path prefix.
const url = new URL("ws", location.href);
url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
// After the #, so that it is neither sent with the page's request nor logged.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
const label = new URLSearchParams(location.search).get("label") || null;

const ink = new Ink();
const recording = new Recording(CANVAS, label);
const answers = new Answers(
  element("answers", HTMLElement), element("status", HTMLElement),
  element("notice", HTMLElement), element("announcement", HTMLElement));
const tools = new Tools({
  undo: element("undo", HTMLButtonElement),
  redo: element("redo", HTMLButtonElement),
  clear: element("clear", HTMLButtonElement),
  save: element("save", HTMLButtonElement),
}, ink, recording, signal);
const link = new Link(url.href, token, ink, CANVAS, recording, {
  connection: (state) => {
    answers.connection(state);
    tools.refresh();
  },
  answer: (answer, roundTrip_ms) => {
    answers.show(answer, roundTrip_ms);
    tools.refresh();
  },
  refusal: (refusal) => answers.refuse(refusal),
}, signal);

ink.subscribe((change) => {
  // Points and the end of a stroke go on with what is shown; everything else makes it a matter of the past. This has to come
  // before the link, which counts on with each message.
  if (change.kind !== "points" && change.kind !== "end") answers.outdate(ink.isEmpty, link.nextSeq);
  link.follow(change);
  tools.refresh();
});
new Pad(element("pad", HTMLCanvasElement), ink, signal);
link.connect();

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}
