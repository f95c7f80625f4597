// [render] Reads properties of typed arrays of any realm. A host may have put properties of the same names on its own array,
// with any values. The getters of the common prototype always return the true ones.

/**
 * The name of a typed array's class; `undefined` for anything else. JavaScriptCore allocates a string for each answer, so
 * call it only where `instanceof` is false.
 */
export function nameOfType(value: unknown): string | undefined {
  return name.call(value);
}

/** Number of elements of a typed array. Throws for anything else. */
export function lengthOf(samples: ArrayBufferView): number {
  return length.call(samples);
}

/**
 * Whether the value is a Float32Array of this realm and `length` long. May throw. The array's own `length` may have any
 * value. It is read first because V8 then knows the object's type, and calls the common getter in half the time.
 */
export function isOfLength(value: unknown, length: number): value is Float32Array {
  if (value === undefined || value === null) return false;
  return (value as Float32Array).length === length && value instanceof Float32Array && lengthOf(value) === length;
}

/** Whether a typed array keeps its length until it is detached. Throws for anything else. */
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
