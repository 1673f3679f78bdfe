// Style of formulas: the typeset formula above the board, its readings, and what copies it.

export const STYLE = `
[data-several="math"] {
  display: grid; grid-template-columns: minmax(0, 1fr); row-gap: 0.3em;
  --formula: var(--ink-text, 2.75em);
}

.formula {
  display: grid; align-items: center; height: calc(var(--formula) * 2.6); overflow: auto hidden;
  overscroll-behavior: contain; color: var(--ink);
}

.formula .row {
  position: relative; display: inline-flex; align-items: baseline; width: max-content;
  font-size: calc(var(--formula) * var(--scale, 1)); line-height: 1.1;
  padding: 0.05em 0.1em; transition: color var(--glide);
}

.formula math { font-size: 1em; }
.formula .math:empty::before { content: "–"; color: var(--line); font-weight: 300; }
.formula .weak { color: var(--faint); }
.formula .pinned { text-decoration: underline solid var(--accent) 0.06em; }
.formula .value {
  padding-inline-start: 0.25em; color: var(--result); font-weight: 300; font-style: italic;
  white-space: nowrap;
}

[data-state="interim"] .formula .row, [data-state="rejected"] .formula .row {
  color: var(--muted);
}

[data-state="interim"] .formula .value { opacity: 0.5; }
.reads-math .bracket:not(.current, .pinned) { display: none; }
.formula-tools { display: flex; align-items: center; gap: 0.5em; min-height: 44px; }
.readings {
  display: flex; flex: 1; gap: 0.4em; min-width: 0; overflow-x: auto; padding: 4px;
  overscroll-behavior-x: contain; scrollbar-width: none;
}

.readings button, .copy {
  flex: none; display: flex; align-items: center; gap: 0.5em; min-height: 36px;
  padding: 0 0.7em; border: 1px solid var(--line); border-radius: 0.6em; background: none;
  color: var(--ink); font: inherit; cursor: pointer; touch-action: manipulation;
}

.readings .share { color: var(--muted); font-size: 0.8125em; }
.readings [aria-pressed="true"] {
  border-color: var(--accent); outline: 1px solid var(--accent); outline-offset: 0;
}

.copy[aria-disabled="true"] { color: var(--faint); cursor: default; }
.readings button:focus-visible, .copy:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 1px;
}

@media (hover: hover) {
  .readings button:hover, .copy:hover:not([aria-disabled="true"]) { background: var(--track); }
}

.formula-tools .menu .words { border: 0; border-radius: 0.6em; }
@media print { .formula-tools { display: none; } }
@media (forced-colors: active) {
  .formula .weak, [data-state] .formula .row { color: CanvasText; }
  .readings [aria-pressed="true"] { border-width: 3px; }
}
`;
