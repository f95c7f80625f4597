// [render] What typed arrays say of themselves, of whatever realm they are. Their properties are a host's to
// change, and may say anything; the getters of their common prototype tell the truth.

/** The name of a typed array's class; `undefined` of what is none. JavaScriptCore makes a string for each answer, so ask only what `instanceof` denies. */
export function nameOfType(value: unknown): string | undefined {
  return name.call(value);
}

/** Elements of a typed array; throws at anything else. */
export function lengthOf(samples: ArrayBufferView): number {
  return length.call(samples);
}

/**
 * Whether it is a Float32Array of this realm, and `length` long. May throw. An array's own `length` may say anything; it
 * is asked first because V8 finds the common getter in half the time where it knows what kind of object it has.
 */
export function isOfLength(value: unknown, length: number): value is Float32Array {
  if (value === undefined || value === null) return false;
  return (value as Float32Array).length === length && value instanceof Float32Array && lengthOf(value) === length;
}

/** Whether a typed array keeps its length until it is detached. Throws at what is none. */
export function isFixed(samples: Float32Array): boolean {
  const memory = buffer.call(samples) as ArrayBuffer & { resizable?: boolean; growable?: boolean };
  return memory.resizable !== true && memory.growable !== true;
}

const typedArray = /* @__PURE__ */ Object.getPrototypeOf(Float32Array.prototype);
const name = /* @__PURE__ */ getter(Symbol.toStringTag) as (this: unknown) => string | undefined;
const length = /* @__PURE__ */ getter("length") as (this: unknown) => number;
const buffer = /* @__PURE__ */ getter("buffer") as (this: unknown) => ArrayBufferLike;

function getter(property: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(typedArray, property)!.get;
}
