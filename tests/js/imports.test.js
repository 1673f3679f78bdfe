// The import graph of web/: each room imports what it may, types included, and nothing in a circle.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";

const WEB = new URL("../../web/", import.meta.url);

// What a room may import besides itself; eslint.config.js has the same for what is executed.
const MAY_IMPORT = {
  vendor: [],
  core: ["vendor"],
  dom: ["core"],
  element: ["core", "dom", "vendor"],
  line: ["core", "dom", "element"],
  math: ["core", "dom", "element", "line", "vendor"],
  handwriting: ["core", "element"],
  js: ["core", "dom", "element", "line", "math", "handwriting"],
  page: ["core", "dom", "js"],
};

const modules = Object.keys(MAY_IMPORT).flatMap((room) =>
  readdirSync(new URL(`${room}/`, WEB))
    .filter((name) => name.endsWith(".js"))
    .map((name) => `${room}/${name}`));

/** The modules that one names: in imports, in `import()`, and in types. */
function importsOf(module) {
  const source = readFileSync(new URL(module, WEB), "utf8");
  return [...source.matchAll(/\b(?:from |import\(|import )"([^"]+)"/g)].map(([, path]) => {
    assert.match(path, /^\.\.?\//, `${module} imports ${path}`);
    return posix.join(posix.dirname(module), path);
  });
}

const graph = new Map(modules.map((module) => [module, importsOf(module)]));
const roomOf = (module) => module.split("/")[0];

test("modules import modules that exist", () => {
  assert(modules.length > 25);
  for (const [module, imports] of graph) {
    for (const imported of imports) assert(graph.has(imported), `${module}: no ${imported}`);
  }
});

test("a room imports only what it may", () => {
  for (const [module, imports] of graph) {
    const allowed = [roomOf(module), ...MAY_IMPORT[roomOf(module)]];
    for (const imported of imports) {
      assert(allowed.includes(roomOf(imported)), `${module} imports ${imported}`);
    }
  }
});

test("no module imports itself, not even by way of others", () => {
  const finished = new Set();
  const visit = (module, path) => {
    assert(!path.includes(module), [...path, module].join(" → "));
    if (finished.has(module)) return;
    for (const imported of graph.get(module)) visit(imported, [...path, module]);
    finished.add(module);
  };
  for (const module of modules) visit(module, []);
});
