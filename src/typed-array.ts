// [render] What typed arrays say of themselves, of whatever realm they are. Their properties are a host's to
// change, and may say anything.

/** The name of a typed array's class; `undefined` of what is none. */
export function kindOf(value: unknown): string | undefined {
  return kind.call(value);
}

/** Elements of what is known to be a typed array; throws at anything else. */
export function elementsOf(samples: ArrayBufferView): number {
  return length.call(samples);
}

const typedArray = /* @__PURE__ */ Object.getPrototypeOf(Float32Array.prototype);
const kind = /* @__PURE__ */ getter(Symbol.toStringTag) as (this: unknown) => string | undefined;
const length = /* @__PURE__ */ getter("length") as (this: unknown) => number;

function getter(property: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(typedArray, property)!.get;
}
