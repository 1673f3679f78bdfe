// The types of the Handwriting Recognition API in web/types/ against the IDL of its specification:
// the same interfaces, operations, members of dictionaries and values of enumerations.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import ts from "typescript";
import { parse } from "webidl2";

const read = (path) => readFileSync(path, "utf8");
const idl = parse(read(createRequire(import.meta.url).resolve(
  "@webref/idl/handwriting-recognition.idl")));
const file = ts.createSourceFile("handwriting.d.ts",
  read(new URL("../../web/types/handwriting.d.ts", import.meta.url)), ts.ScriptTarget.Latest);

/** What `declare global` declares, by kind and name. */
const declared = { interfaces: new Map(), types: new Map(), variables: new Map() };
const block = file.statements.find((statement) => ts.isModuleDeclaration(statement)).body;
for (const statement of block.statements) {
  if (ts.isInterfaceDeclaration(statement)) {
    declared.interfaces.set(statement.name.text, statement.members);
  } else if (ts.isTypeAliasDeclaration(statement)) {
    declared.types.set(statement.name.text, statement.type.getText(file));
  } else {
    const [variable] = statement.declarationList.declarations;
    declared.variables.set(variable.name.text, variable.type.members);
  }
}

const SIMPLE = new Map(Object.entries({
  "DOMString": "string", "double": "number", "unsigned long": "number", "boolean": "boolean",
  "DOMHighResTimeStamp": "number", "undefined": "void",
}));

/** The type of TypeScript; what pages give may be any sequence, what they get is an array. */
function typeOf({ generic, idlType, nullable }, isGiven = false) {
  const inner = generic === "" ? idlType : typeOf(idlType[0]);
  const name = { "": SIMPLE.get(inner) ?? inner, "Promise": `Promise<${inner}>`,
    "sequence": isGiven ? `Iterable<${inner}>` : `${inner}[]` }[generic];
  return nullable ? `${name} | null` : name;
}

const isGiven = (name) => /Constraint|Hints$|Point$/.test(name);
const signature = (name, type, parameters) => `${name}(${parameters.join(", ")}): ${type}`;

/** What the IDL has of an interface or a dictionary, as TypeScript would write it. */
function expected(name) {
  return idl.filter((one) => one.name === name).flatMap(({ members }) => members.flatMap((one) => {
    if (one.type === "constructor") return [];
    if (one.type === "field") {
      return `${one.name}${one.required ? "" : "?"}: ${typeOf(one.idlType, isGiven(name))}`;
    }
    const parameters = one.arguments.map((argument) => (
      `${argument.name}${argument.optional ? "?" : ""}: ${typeOf(argument.idlType, true)}`));
    return signature(one.name, typeOf(one.idlType), parameters);
  }));
}

/** The same of what is declared. */
function actual(name) {
  return declared.interfaces.get(name)?.map((member) => {
    const own = member.name.getText(file) + (member.questionToken ? "?" : "");
    const type = member.type.getText(file);
    if (!ts.isMethodSignature(member)) return `${own}: ${type}`;
    return signature(own, type, member.parameters.map((parameter) => parameter.getText(file)));
  }) ?? [];
}

const named = (type) => [...new Set(idl.filter((one) => one.type === type).map((one) => one.name))];

test("interfaces and dictionaries have the members of the IDL", () => {
  const names = [...named("interface"), ...named("dictionary")];
  assert.deepEqual([...declared.interfaces.keys()].sort(), names.sort());
  assert(names.length >= 11);
  for (const name of names) {
    assert(expected(name).length > 0);
    assert.deepEqual(actual(name).sort(), expected(name).sort(), name);
  }
});

test("enumerations have the values of the IDL", () => {
  assert.deepEqual([...declared.types.keys()].sort(), named("enum").sort());
  for (const { name, values } of idl.filter(({ type }) => type === "enum")) {
    assert.equal(declared.types.get(name), values.map(({ value }) => `"${value}"`).join(" | "));
  }
});

test("the window has the interfaces, of which pages construct those of the IDL", () => {
  const interfaces = idl.filter(({ type, partial }) => type === "interface" && !partial);
  const names = interfaces.map(({ name }) => name);
  assert.deepEqual([...declared.variables.keys()].sort(), names.sort());
  for (const { name, members } of interfaces) {
    const isConstructible = members.some(({ type }) => type === "constructor");
    const has = declared.variables.get(name).some((one) => ts.isConstructSignatureDeclaration(one));
    assert.equal(has, isConstructible, name);
  }
});
