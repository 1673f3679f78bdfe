// Prints the syntax tree of the Handwriting Recognition API's IDL, which @webref/idl takes from its
// specification, as JSON.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { parse } from "webidl2";

const file = createRequire(import.meta.url).resolve("@webref/idl/handwriting-recognition.idl");
console.log(JSON.stringify(parse(readFileSync(file, "utf8"))));
