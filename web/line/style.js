// Style of lines: the text above the board, the menu of a character, marks, and the bar below.
//
// Of the tints those that may become neighbours differ for people who see few colours as well, and
// none is the green of the value, which nobody has written. Brackets say the same without colours.

const TINTS = `
.recognizer {
  --tint-0: light-dark(#1d4ed8, #8fb0ff);
  --tint-1: light-dark(#b3450a, #ffb067);
  --tint-2: light-dark(#a2229b, #f0a2ea);
  --tint-3: var(--ink);
}

.tint-0 { color: var(--tint-0); } .tint-1 { color: var(--tint-1); }
.tint-2 { color: var(--tint-2); } .tint-3 { color: var(--tint-3); }
`;

// The text of a line stands above the board, which is as wide as the element.
const LAYOUT = `
.recognizer.reads-line {
  grid-template:
    "status caption delay" auto "line line line" auto "pad pad pad" auto
    "scroll scroll scroll" auto "more more more" auto "notice notice notice" auto
    / auto minmax(0, 1fr) auto;
  gap: 0.4em 1.5em;
}

@container (max-width: 35em) {
  .recognizer.reads-line {
    grid-template:
      "status delay" auto "caption caption" auto "line line" auto "pad pad" auto
      "scroll scroll" auto "more more" auto "notice notice" auto / minmax(0, 1fr) auto;
  }
}
`;

const TEXT = `
.reads-line #answers { display: contents; }
.reads-line .best, .reads-line .top, .reads-line .saw { display: none; }
.reads-line .delay {
  grid-area: delay; min-height: 0; text-align: right; white-space: nowrap; font-size: 0.8125em;
}

.reads-line .delay .parts { display: none; }
.reads-line .delay .total { font-size: 1em; font-weight: 400; color: var(--muted); }
.line { grid-area: line; min-width: 0; }
.line-caption { grid-area: caption; min-height: 1.4em; color: var(--muted); font-size: 0.8125em; }

.text {
  display: flex; flex-wrap: wrap; align-items: flex-start; align-content: flex-end;
  list-style: none; padding: 0; min-height: calc(var(--glyph) * 1.55);
  max-height: calc(var(--glyph) * 3.2); overflow-y: auto; overscroll-behavior: contain;
  --glyph: var(--ink-text, 3.25em);
}

.text[data-length="long"] { --size: 0.68; }
.text[data-length="longer"] { --size: 0.5; }
.text li { display: grid; }
.text li:empty { display: none; }

/* Print shows the characters; the list of them is for the keyboard and for who hears it. */
:is([data-several="text"], [data-several="math"]) .text {
  position: absolute; width: 1px; height: 1px; min-height: 0; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}

.printed-frame {
  position: relative; min-height: calc(var(--ink-text, 2.5em) * 1.9); display: grid;
  align-items: end; max-height: calc(var(--ink-text, 2.5em) * 4); overflow-y: auto;
  overscroll-behavior: contain; padding: 0.3em 0.2em;
}

.printed-text {
  color: var(--ink); font-size: var(--ink-text, 2.5em); line-height: 1.25;
  overflow-wrap: break-word; transition: color var(--glide);
}

.printed-text[data-length="long"] { font-size: calc(var(--ink-text, 2.5em) * 0.75); }
.printed-text:empty::before { content: "–"; color: var(--line); font-weight: 300; }
.printed-text .weak {
  color: var(--muted); text-decoration: underline dotted 0.05em; text-underline-offset: 0.12em;
}

.printed-text .pinned {
  text-decoration: underline solid var(--accent) 0.07em; text-underline-offset: 0.12em;
}

:is([data-state="interim"], [data-state="rejected"]) .printed-text { color: var(--muted); }
.points { cursor: pointer; }
.halo {
  position: absolute; border-radius: 4px; pointer-events: none;
  outline: 2px solid var(--accent); outline-offset: 2px;
}
.text:not(:has(li:not(:empty)))::before {
  content: "–"; color: var(--line); font-size: var(--glyph); line-height: 1.1; font-weight: 300;
}

.text button {
  display: grid; justify-items: center; align-content: start;
  min-width: max(24px, 0.62em); padding: 0 0.06em; border: 0; border-radius: 0.15em;
  background: none; color: var(--ink); cursor: pointer; touch-action: manipulation;
  font: inherit; font-size: calc(var(--glyph) * var(--size, 1)); line-height: 1.1;
  font-weight: 500; transition: color var(--glide), background-color var(--glide);
}

.text .share {
  height: 1.25em; margin-top: 0.1em; font-size: max(0.6875rem, 11px, 0.24em); line-height: 1.25;
  font-weight: 400; color: var(--muted); text-align: center;
}

.text .weak { font-weight: 250; color: var(--muted); }
.text .weak .glyph {
  text-decoration: underline dotted; text-decoration-thickness: 0.05em;
  text-underline-offset: 0.12em;
}

.text .pinned .glyph {
  text-decoration: underline solid var(--accent); text-decoration-thickness: 0.07em;
  text-underline-offset: 0.12em;
}

.text button:focus-visible, .menu button:focus-visible, .scroll:focus-visible,
.delete:focus-visible { outline: 3px solid var(--accent); outline-offset: -2px; }
@media (hover: hover) {
  .text button:hover, .menu button:hover { background: var(--track); }
}

.text .value {
  align-self: start; padding-inline: 0.25em 0; color: var(--result);
  font-size: calc(var(--glyph) * var(--size, 1)); line-height: 1.1; font-weight: 300;
  font-style: italic; overflow-wrap: anywhere;
}

.recognizer { --result: light-dark(#17753a, #74dc9f); }
[data-state="interim"] .text button, [data-state="rejected"] .text button { color: var(--faint); }
[data-state="interim"] .text .value { opacity: 0.5; }
`;

const MENU = `
.menu {
  inset: auto; margin: 0; width: max-content; min-width: 13em; max-width: calc(100vw - 1rem);
  max-height: calc(100vh - 1rem); overflow-y: auto;
  padding: 0.35em; border: 1px solid var(--line); border-radius: 0.9em;
  background: var(--surface); color: var(--ink); font: inherit;
  box-shadow: 0 8px 40px rgb(0 0 0 / 20%);
}

.menu p {
  max-width: 15em; padding: 0.4em 0.7em; color: var(--muted); font-size: 0.875em;
}

.menu button {
  display: grid; grid-template-columns: 1.2em 1fr 3em; align-items: center; column-gap: 0.7em;
  width: 100%; min-height: 44px; padding: 0 0.7em; border: 0; border-radius: 0.6em;
  background: none; color: var(--ink); font: inherit; text-align: start; cursor: pointer;
}

.menu .glyph { font-size: 1.5em; }
.menu .share { color: var(--muted); font-size: 0.9375em; }
.menu [aria-checked="true"] { font-weight: 600; }
.menu [aria-checked="true"] .fill { background: var(--accent); }
.menu .words { grid-template-columns: 1fr; border-top: 1px solid var(--line); border-radius: 0; }
`;

const MARKS = `
.marks { overflow: hidden; }
.bracket {
  fill: none; stroke: currentcolor; stroke-width: 2px; vector-effect: non-scaling-stroke;
  stroke-linecap: round; stroke-linejoin: round;
}

.bracket.weak { stroke-dasharray: 1px 5px; }
.bracket.pinned { stroke-width: 4px; }
.bracket.current { stroke-width: 6px; }
.result {
  fill: var(--result); stroke: var(--surface); stroke-width: 10px; paint-order: stroke;
  stroke-linejoin: round; dominant-baseline: central; font-family: inherit;
  font-weight: 300; font-style: italic;
}

.is-writing .result { display: none; }
.selection {
  fill: color-mix(in srgb, var(--accent) 10%, transparent); stroke: var(--accent);
  stroke-width: 2px; stroke-dasharray: 6px 4px; vector-effect: non-scaling-stroke;
}

.selects #pad { cursor: cell; }
.delete {
  position: absolute; top: 0.6em; translate: -50%; min-height: 44px; padding: 0 1.1em;
  border: 1px solid var(--line); border-radius: 0.75em;
  background: var(--accent); color: light-dark(#ffffff, #131316); font: inherit; cursor: pointer;
}

.delete.low { top: auto; bottom: 0.6em; }
.delete:focus-visible { outline-color: var(--ink); }
`;

const BAR = `
.scroll {
  grid-area: scroll; appearance: none; width: 100%; height: 24px; margin: 0; background: none;
  cursor: grab; touch-action: none;
}

.scroll.idle { visibility: hidden; }
.scroll::-webkit-slider-runnable-track {
  height: 6px; border-radius: 3px; background: var(--track);
}

.scroll::-moz-range-track { height: 6px; border-radius: 3px; background: var(--track); }
.scroll::-webkit-slider-thumb {
  appearance: none; width: var(--thumb, 50%); min-width: 24px; height: 14px; margin-top: -4px;
  border: 0; border-radius: 7px; background: var(--faint);
}

.scroll::-moz-range-thumb {
  width: var(--thumb, 50%); min-width: 24px; height: 14px;
  border: 0; border-radius: 7px; background: var(--faint);
}

@media print { .scroll, .marks, .delete { display: none; } }
@media (forced-colors: active) {
  .recognizer { --result: CanvasText; }
  .text .weak, [data-state] .text button { color: CanvasText; }
  .scroll::-webkit-slider-runnable-track { border: 1px solid CanvasText; }
  .scroll::-webkit-slider-thumb { background: CanvasText; }
  .menu button, .delete { border: 1px solid CanvasText; }
}
`;

export const STYLE = TINTS + LAYOUT + TEXT + MENU + MARKS + BAR;
