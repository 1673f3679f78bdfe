// Shortcuts are the same on all keyboards: by the letter that the layout has on a key, or, where it
// has none of ours, by the place of the key.

import assert from "node:assert/strict";
import { test } from "node:test";

import { commandOf } from "../../web/core/shortcuts.js";

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const CTRL = { ...NONE, ctrlKey: true };
const CMD = { ...NONE, metaKey: true };

/** What layouts have on the keys that are Z and Y on an English keyboard. */
const OTHER_SCRIPTS = {
  Russian: ["я", "н"],
  Ukrainian: ["я", "н"],
  Greek: ["ζ", "υ"],
  Hebrew: ["ז", "ט"],
  Arabic: ["ئ", "غ"],
  Persian: ["ظ", "غ"],
  Thai: ["ผ", "ั"],
  Korean: ["ㅋ", "ㅛ"],
  Hindi: ["ॆ", "ब"],
  "an input method": ["Process", "Process"],
  "a dead key": ["Dead", "Dead"],
};

for (const [layout, [z, y]] of Object.entries(OTHER_SCRIPTS)) {
  test(`the place of the key counts with ${layout}`, () => {
    for (const held of [CTRL, CMD]) {
      assert.equal(commandOf({ key: z, code: "KeyZ", ...held }), "undo");
      const shifted = { key: z.toUpperCase(), code: "KeyZ", ...held, shiftKey: true };
      assert.equal(commandOf(shifted), "redo");
    }
    assert.equal(commandOf({ key: y, code: "KeyY", ...CTRL }), "redo");
    assert.equal(commandOf({ key: y, code: "KeyX", ...CTRL }), null);
  });
}

const LATIN = {
  English: ["KeyZ", "KeyY"],
  "German (QWERTZ)": ["KeyY", "KeyZ"],
  "French (AZERTY)": ["KeyW", "KeyY"],
  Dvorak: ["Slash", "KeyT"],
};

for (const [layout, [z, y]] of Object.entries(LATIN)) {
  test(`the letter of the key counts with ${layout}`, () => {
    for (const held of [CTRL, CMD]) {
      assert.equal(commandOf({ key: "z", code: z, ...held }), "undo");
      assert.equal(commandOf({ key: "Z", code: z, ...held, shiftKey: true }), "redo");
    }
    assert.equal(commandOf({ key: "y", code: y, ...CTRL }), "redo");
  });
}

test("other Latin letters in the place of Z and Y do nothing", () => {
  assert.equal(commandOf({ key: "w", code: "KeyZ", ...CTRL }), null, "AZERTY closes the window");
  assert.equal(commandOf({ key: ";", code: "KeyZ", ...CTRL }), null, "Dvorak");
  assert.equal(commandOf({ key: "f", code: "KeyY", ...CTRL }), null, "Dvorak searches");
});

test("a key alone, and one with Alt or AltGr, writes and is no shortcut", () => {
  for (const key of ["z", "я"]) {
    assert.equal(commandOf({ key, code: "KeyZ", ...NONE }), null);
    assert.equal(commandOf({ key, code: "KeyZ", ...NONE, shiftKey: true }), null);
    assert.equal(commandOf({ key, code: "KeyZ", ...CTRL, altKey: true }), null);
  }
  assert.equal(commandOf({ key: "y", code: "KeyY", ...CMD }), null, "⌘Y is the browser's");
});
