// Copies the declarations that are written by hand beside those that TypeScript has generated from
// JSDoc: it writes what belongs to JavaScript alone.

import { cpSync } from "node:fs";

cpSync("web/types", "dist/types/types", {
  recursive: true, filter: (path) => !path.endsWith(".json"),
});
cpSync("web/vendor", "dist/types/vendor", {
  recursive: true, filter: (path) => !/\.js$|LICENSE/.test(path),
});
