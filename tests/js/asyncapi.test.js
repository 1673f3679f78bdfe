// The AsyncAPI document is one, says AsyncAPI's own parser, and its examples are what it describes.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { Parser } from "@asyncapi/parser";

const FILE = new URL("../../docs/asyncapi.yaml", import.meta.url);
// Version 3.0 is meant: tools that know 3.1 are still few.
const MEANT = "asyncapi-latest-version";

/** The document in a text, and all that is wrong with it. */
async function parsed(text) {
  const { document, diagnostics } = await new Parser().parse(text);
  return [document, diagnostics.filter(({ code }) => code !== MEANT)];
}

test("the document is valid, with an example of each message", async () => {
  const [document, wrong] = await parsed(await readFile(FILE, "utf8"));
  assert.deepEqual(wrong, []);
  const messages = document.allMessages().all();
  assert.equal(messages.length, 16);
  for (const message of messages) {
    assert.ok(message.examples().length > 0, message.id());
  }
});

test("a reference to nothing is found", async () => {
  const text = await readFile(FILE, "utf8");
  const changed = text.replace("/schemas/Points'", "/schemas/Point'");
  assert.notEqual(changed, text);
  const [, wrong] = await parsed(changed);
  assert.ok(wrong.some(({ code }) => code === "invalid-ref"), JSON.stringify(wrong));
});
