// Style of <ink-recognizer>: the style sheet of its shadow tree.
//
// Edges are outlines or borders, never shadows, which contrast themes take away. In such a theme
// all colours are the system's, by their names.

import { DRAWING } from "./pad-style.js";

// Nothing is inherited from the page, which may choose the --ink-… properties alone, and is dark if
// the page is. "all" leaves out the direction, which both languages have from left to right. The
// container floats because the lines under a page's text do not continue under what floats.
const FRAME = `
:host { display: flow-root !important; }
:host([hidden]) { display: none !important; }

.container {
  all: initial;
  float: left; width: 100%;
  direction: ltr;
  visibility: inherit;
  color-scheme: var(--ink-color-scheme, inherit);
  container-type: inline-size;
  font-size: var(--ink-font-size, 16px);
}

.recognizer {
  --surface: var(--ink-surface, light-dark(#ffffff, #1c1c20));
  --line: var(--ink-line, light-dark(#dedbd3, #3b3b42));
  --ink: var(--ink-color, light-dark(#1c1b19, #f1efe9));
  --muted: light-dark(#5f5c55, #a9a69f);
  --faint: light-dark(#827e75, #85827b);
  --track: light-dark(#e8e5dd, #2a2a2f);
  --second: light-dark(#949086, #6f6d69);
  --accent: var(--ink-accent, light-dark(#2b4acb, #90a6ff));
  --good: light-dark(#2c7a4b, #6fc791);
  --waiting: light-dark(#a86400, #e3a64a);
  --bad: light-dark(#b3362b, #f08a7f);
  --glide: 200ms cubic-bezier(0.2, 0.7, 0.2, 1);
  --side: var(--ink-side, min(100cqi, 560px));
  --digit: var(--ink-digit, 5.5em);
  box-sizing: border-box;
  display: grid;
  grid-template:
    "status" auto "pad" auto "answers" auto "more" auto "notice" auto
    / minmax(0, max(var(--side), min(100cqi, 24em)));
  justify-content: center;
  row-gap: 0.6em;
  color: var(--ink);
  font: 400 var(--ink-font-size, 16px)/1.4 system-ui, -apple-system, "Segoe UI", Roboto,
    "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  font-variant-numeric: tabular-nums;
  text-align: start;
  -webkit-print-color-adjust: exact;
  print-color-adjust: exact;
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
}

.recognizer * { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }

.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
`;

// Interim answers stand back by colour and weight: opacity would take the contrast. A rejected one
// shows no probabilities: "not a digit" and "8, 89%" would seem to contradict each other.
const ANSWERS = `
#answers {
  grid-area: answers; display: grid;
  grid-template-columns: var(--digit) minmax(0, 1fr) auto;
  align-items: center; column-gap: 0.75em;
}

.best {
  display: grid; justify-items: center; align-content: center;
  height: calc(var(--digit) * 1.15);
}

.digit {
  font-size: var(--digit); font-weight: 300; line-height: 1;
  letter-spacing: -0.02em; transition: color var(--glide);
}

.digit:empty::before { content: "–"; color: var(--line); }
.caption { color: var(--muted); font-size: 0.875em; line-height: 1.2; text-align: center; }
.has-ink [data-state="empty"] .caption { visibility: hidden; }
.learnt .digit { font-size: calc(var(--digit) * 0.7); }
:where(.learnt) .caption { color: var(--accent); font-size: 0.75em; }
.top { list-style: none; padding: 0; display: grid; row-gap: 0.5em; }

.answer {
  display: grid; grid-template-columns: 0.75em 1fr 3.1em;
  align-items: center; column-gap: 0.6em; height: 1.5em;
  color: var(--muted);
}

.answer:first-child { color: var(--ink); font-weight: 600; }
.share { text-align: right; font-size: 0.9375em; }
.track {
  height: 0.625em; border-radius: 0.3125em; background: var(--track); overflow: hidden;
}

.fill {
  display: block; height: 100%; border-radius: 0.3125em;
  background: var(--second); transform: translateX(-100%);
  transition: transform var(--glide), opacity var(--glide);
}

.answer:first-child .fill { background: var(--accent); }

[data-state="interim"] .digit { color: var(--faint); }
[data-state="interim"] .answer:first-child { color: var(--muted); }
[data-state="interim"] .fill { opacity: 0.55; }
[data-state="rejected"] .digit { color: var(--faint); font-size: calc(var(--digit) * 0.7); }
[data-state="empty"] .digit { font-size: calc(var(--digit) * 0.7); }
[data-state="rejected"] .answer:first-child { color: var(--muted); font-weight: 400; }
[data-state="rejected"] .answer .fill { background: var(--second); }
[data-state="rejected"] .share { visibility: hidden; }

.insight { display: contents; }
.saw {
  justify-self: end; width: 7em; color: var(--muted); font-size: 0.75em;
  text-align: center;
}

.frame {
  aspect-ratio: 1; border-radius: 0.6em; background: var(--track);
  outline: 1px solid var(--line); overflow: hidden;
}

.frame img { display: block; width: 100%; height: 100%; image-rendering: pixelated; }

.delay { grid-column: 1 / -1; min-height: 1.4em; color: var(--muted); font-size: 0.75em; }
.total { color: var(--ink); font-weight: 600; }
.parts span::before { content: " · "; }
`;

const STATUS = `
#status {
  grid-area: status; display: flex; align-items: center; gap: 0.6em;
  min-height: 1.4em; color: var(--muted); font-size: 0.8125em;
}

.light {
  flex: none; width: 0.6em; height: 0.6em; border-radius: 50%;
  background: var(--waiting); transition: background-color var(--glide);
}

[data-state="open"] .light, [data-state="playing"] .light { background: var(--good); }
[data-state="full"] .light, [data-state="failed"] .light { background: var(--bad); }
.more { grid-area: more; }
#notice { grid-area: notice; color: var(--bad); font-size: 0.875em; }
#notice:empty { display: none; }
`;

// On a wide element the answer stands beside the drawing.
const SIZES = `
@container (max-width: 21em) {
  .recognizer { --digit: var(--ink-digit, 4em); }
  .saw { width: 5.5em; }
  .share { font-size: 0.8125em; }
}

@container (min-width: 35em) {
  .recognizer {
    --side: var(--ink-side, min(60cqi, 640px));
    --digit: var(--ink-digit, 11em);
    grid-template:
      "pad status" auto "pad answers" 1fr "pad more" auto "pad notice" auto
      / minmax(0, var(--side)) minmax(11em, 22em);
    column-gap: var(--ink-gap, clamp(1.25em, 5cqi, 5em));
  }

  #answers {
    grid-template-columns: minmax(0, 1fr); align-content: center;
    row-gap: clamp(0.5em, 2.5cqi, 2em);
  }

  .digit { font-weight: 200; }
  .caption { font-size: 1.125em; }
  .insight { display: flex; align-items: center; gap: 1.25em; }
  .delay { display: grid; line-height: 1.5; font-size: 0.8125em; }
  .total { font-size: 1.25em; }
  .parts { display: grid; }
  .parts span::before { content: ""; }
}

`;

// A contrast theme leaves shapes where colours were: the light is filled only while connected.
const PREFERENCES = `
@media (prefers-reduced-motion: reduce) {
  .recognizer, .recognizer * { transition: none !important; }
}

@media (prefers-reduced-transparency: reduce) { .fill { opacity: 1 !important; } }

@media (forced-colors: active) {
  .recognizer {
    --surface: Canvas; --track: Canvas; --line: CanvasText; --ink: CanvasText;
    --muted: CanvasText; --faint: GrayText; --second: CanvasText; --accent: Highlight;
    --good: CanvasText; --waiting: Canvas; --bad: Canvas;
  }

  .track, .light { border: 1px solid CanvasText; }
}
`;

export const STYLE = FRAME + DRAWING + ANSWERS + STATUS + SIZES + PREFERENCES;
