// Style of the pad: its surface, the layers of ink, the guide, the keyboard's pen.

export const DRAWING = `
.pad {
  grid-area: pad;
  justify-self: center;
  position: relative;
  width: 100%;
  max-width: var(--side);
  aspect-ratio: 1;
  border-radius: 1.25em;
  background: var(--surface);
  outline: 1px solid var(--line); outline-offset: -1px;
  box-shadow:
    var(--ink-shadow, 0 1px 2px rgb(60 50 30 / 6%), 0 12px 32px -12px rgb(60 50 30 / 14%));
  overflow: hidden;
  user-select: none;
  -webkit-user-select: none;
}

.reads-line .pad {
  aspect-ratio: auto; max-width: none; height: var(--ink-board-height, clamp(10em, 32cqi, 20em));
}

.pad > canvas, .pad > svg { position: absolute; inset: 0; width: 100%; height: 100%; }

.pad > canvas {
  color: var(--ink); cursor: crosshair; touch-action: none;
  -webkit-touch-callout: none; -webkit-tap-highlight-color: transparent;
}

.pad > .upper, .pad > svg { pointer-events: none; }
.printed { fill: var(--ink); display: none; }
@media print {
  .pad { break-inside: avoid; }
  .pad > canvas { visibility: hidden; }
  .printed { display: block; }
}
.corner { position: absolute; left: 0; top: 0; }
.corner.right { left: 100%; } .corner.low { top: 100%; }
.erases #pad { cursor: cell; }
#pad:focus-visible {
  outline: 3px solid var(--accent); outline-offset: -3px;
  border-radius: 1.25em;
}

.is-playing #pad { cursor: default; }

.hint {
  position: absolute; inset: 0; display: grid; place-items: center;
  color: var(--muted); font-size: 1.375em; pointer-events: none;
  transition: opacity 120ms;
}

.has-ink .hint, .has-guide .hint { opacity: 0; }

.cursor {
  position: absolute; width: 1.5em; height: 1.5em; margin: -0.75em;
  border: 2px solid var(--accent); border-radius: 50%;
  pointer-events: none;
}

.cursor.down { background: var(--accent); scale: 0.6; }

.guide { fill: none; stroke-linecap: round; stroke-linejoin: round; }
.guide .box, .guide .line { stroke: var(--line); stroke-width: 1.5; }
.guide .line { stroke-dasharray: 1 7; stroke: var(--second); }
.guide .ghost { stroke: var(--track); stroke-width: 26; }
.guide .way { stroke: var(--second); stroke-width: 1.5; stroke-dasharray: 5 7; }
.guide .arrow { stroke: var(--accent); stroke-width: 3; }
.guide .start { fill: var(--accent); }
.guide .number {
  fill: var(--surface); font: 600 16px system-ui, sans-serif;
  text-anchor: middle;
}
`;
