// Writes the declarations of the package that npm packs into dist/types: what TypeScript generates
// from JSDoc, and what is written by hand, which it leaves where it is.

import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";

rmSync("dist/types", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "web/types"], {
  stdio: "inherit",
});
for (const room of ["types", "vendor"]) {
  cpSync(`web/${room}`, `dist/types/${room}`, {
    recursive: true, filter: (path) => !/LICENSE|\.(?:js|json)$/.test(path),
  });
}
