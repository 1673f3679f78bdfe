// Checks of interfaces in a page against their IDL, in the manner of web-platform-tests'
// idlharness: interface objects, prototypes, operations, brands, arguments and what is returned.

const EXPOSED = { writable: true, enumerable: false, configurable: true };
const OPERATION = { writable: true, enumerable: true, configurable: true };
const FIXED = { writable: false, enumerable: false, configurable: false };
const DESCRIBED = { writable: false, enumerable: false, configurable: true };

function expectSame(actual, expected, what) {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value) ?? String(value));
  if (a !== b) throw new Error(`${what} is ${a}, not ${b}`);
}

function expectDescriptor(object, name, expected) {
  const descriptor = Object.getOwnPropertyDescriptor(object, name);
  if (descriptor === undefined) throw new Error(`there is no ${String(name)}`);
  const { writable, enumerable, configurable } = descriptor;
  expectSame({ writable, enumerable, configurable }, expected, String(name));
  return descriptor.value;
}

/** A rejected promise where the operation returns one, and else an exception. */
async function expectTypeError(act, isPromise, what) {
  let result;
  try {
    result = act();
  } catch (error) {
    if (!isPromise && error instanceof TypeError) return;
    throw new Error(`${what} throws ${error}`, { cause: error });
  }
  if (!isPromise) throw new Error(`${what} throws nothing`);
  const error = await Promise.resolve(result).then(() => null, (reason) => reason);
  if (!(error instanceof TypeError)) throw new Error(`${what} rejects with ${error}`);
}

/** Checks of a value against a type of the IDL. */
export class Conformance {
  #definitions;

  constructor(definitions) { this.#definitions = new Map(definitions.map((d) => [d.name, d])); }

  check(value, type, what) {
    if (value === null && type.nullable) return;
    if (type.generic === "sequence") {
      if (!Array.isArray(value)) throw new Error(`${what} is no array`);
      value.forEach((item, i) => this.check(item, type.idlType[0], `${what}[${i}]`));
      return;
    }
    const definition = this.#definitions.get(type.idlType);
    if (definition?.type === "dictionary") return this.#checkDictionary(value, definition, what);
    if (definition?.type === "enum") {
      const names = definition.values.map((item) => item.value);
      if (!names.includes(value)) throw new Error(`${what} is ${value}, none of ${names}`);
      return;
    }
    if (definition?.type === "interface") {
      if (!(value instanceof globalThis[type.idlType])) throw new Error(`${what} is ${value}`);
      return;
    }
    const isRight = {
      "undefined": value === undefined,
      "boolean": typeof value === "boolean",
      "DOMString": typeof value === "string",
      "unsigned long": Number.isInteger(value) && value >= 0 && value < 2 ** 32,
      "double": Number.isFinite(value),
      "DOMHighResTimeStamp": Number.isFinite(value),
    }[type.idlType];
    if (isRight !== true) throw new Error(`${what} is ${value}, no ${type.idlType}`);
  }

  #checkDictionary(value, { name, members }, what) {
    if (Object.getPrototypeOf(value) !== Object.prototype) throw new Error(`${what} is no ${name}`);
    const known = members.map((member) => member.name);
    const other = Object.keys(value).filter((key) => !known.includes(key));
    expectSame(other, [], `what ${name} does not have`);
    for (const member of members) {
      const place = `${what}.${member.name}`;
      if (value[member.name] !== undefined) this.check(value[member.name], member.idlType, place);
      else if (member.required) throw new Error(`${place} is missing`);
    }
  }
}

/**
 * All checks by name: null, or what is wrong.
 * `makers` make an object of each interface, `calls` are the arguments of operations.
 */
export async function checkInterfaces(definitions, makers, calls) {
  const results = {};
  const conformance = new Conformance(definitions);
  const check = async (name, act) => {
    results[name] = await Promise.resolve().then(act).then(() => null, (error) => error.message);
  };
  for (const definition of definitions.filter(({ type }) => type === "interface")) {
    const { name, members, partial } = definition;
    const operations = members.filter(({ type }) => type === "operation");
    if (!partial) await checkInterfaceObject(check, name, members);
    for (const operation of operations) {
      await checkOperation({ check, name, operation, object: await makers[name]() });
      const label = `${name}.${operation.name}`;
      await check(`${label}: returns what the IDL says`, async () => {
        const args = calls[label] ?? [];
        const object = await makers[name]();
        const result = object[operation.name](...args);
        const { generic, idlType } = operation.idlType;
        if (generic === "Promise") {
          if (!(result instanceof Promise)) throw new Error("it is no promise");
          return conformance.check(await result, idlType[0], label);
        }
        conformance.check(result, operation.idlType, label);
      });
    }
  }
  return results;
}

async function checkInterfaceObject(check, name, members) {
  const object = globalThis[name];
  const constructor = members.find(({ type }) => type === "constructor");
  await check(`${name}: exposed`, () => {
    const value = expectDescriptor(globalThis, name, EXPOSED);
    expectSame(typeof value, "function", name);
    expectSame(Object.getPrototypeOf(value) === Function.prototype, true, "its prototype");
  });
  await check(`${name}: name and length`, () => {
    expectSame(expectDescriptor(object, "name", DESCRIBED), name, "name");
    expectSame(expectDescriptor(object, "length", DESCRIBED), 0, "length");
  });
  await check(`${name}: prototype`, () => {
    const prototype = expectDescriptor(object, "prototype", FIXED);
    expectSame(Object.getPrototypeOf(prototype) === Object.prototype, true, "its prototype");
    expectSame(expectDescriptor(prototype, "constructor", EXPOSED) === object, true, "constructor");
    expectSame(expectDescriptor(prototype, Symbol.toStringTag, DESCRIBED), name, "tag");
    const names = members.filter(({ type }) => type === "operation").map((one) => one.name);
    expectSame(Object.keys(prototype).sort(), names.sort(), "its operations");
    expectSame(Object.getOwnPropertyNames(prototype).length, names.length + 1, "its properties");
  });
  await check(`${name}: constructor`, async () => {
    await expectTypeError(() => object(), false, "without new");
    if (constructor === undefined) await expectTypeError(() => new object(), false, "new");
    else expectSame(String(new object()), `[object ${name}]`, "new");
  });
}

async function checkOperation({ check, name, operation, object }) {
  const { prototype } = globalThis[name];
  const label = `${name}.${operation.name}`;
  const isPromise = operation.idlType.generic === "Promise";
  const needed = operation.arguments.filter(({ optional }) => !optional).length;
  await check(`${label}: an operation`, async () => {
    const value = expectDescriptor(prototype, operation.name, OPERATION);
    expectSame(expectDescriptor(value, "name", DESCRIBED), operation.name, "name");
    expectSame(expectDescriptor(value, "length", DESCRIBED), needed, "length");
    await expectTypeError(() => Reflect.construct(value, []), false, "new");
    expectSame(Object.hasOwn(object, operation.name), false, "whether the object has its own");
    expectSame(String(object), `[object ${name}]`, "the object");
  });
  await check(`${label}: of no other object`, async () => {
    const args = operation.arguments.map(() => ({}));
    const derived = Object.create(prototype);
    for (const other of [{}, null, undefined, 7, globalThis.document, prototype, derived]) {
      const act = () => prototype[operation.name].call(other, ...args);
      await expectTypeError(act, isPromise, other === prototype ? "prototype" : typeof other);
    }
  });
  if (needed === 0) return;
  await check(`${label}: no argument of another type`, async () => {
    await expectTypeError(() => object[operation.name](), isPromise, "no argument");
    for (const other of [null, 7, "x", Symbol("s"), {}, [], globalThis.document]) {
      await expectTypeError(() => object[operation.name](other), isPromise, String(other));
    }
  });
}
