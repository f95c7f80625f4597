// Buffers that can be resized up to twice their length, which TypeScript's library does not know yet.

type Resizable = ArrayBuffer & { readonly resizable: boolean; readonly maxByteLength: number; resize(byteLength: number): void };
type Constructor<B> = new (byteLength: number, options: { maxByteLength: number }) => B;

// Not every engine has them.
export const hasResizable = "resizable" in ArrayBuffer.prototype;
export const hasGrowable = typeof SharedArrayBuffer === "function" && "growable" in SharedArrayBuffer.prototype;

export function resizableBuffer(byteLength: number): ArrayBuffer {
  return new (ArrayBuffer as Constructor<ArrayBuffer>)(byteLength, { maxByteLength: byteLength * 2 });
}

/** One that threads share, which can only grow. */
export function growableBuffer(byteLength: number): SharedArrayBuffer {
  return new (SharedArrayBuffer as Constructor<SharedArrayBuffer>)(byteLength, { maxByteLength: byteLength * 2 });
}

/** Makes a buffer so many times as long, as far as it goes, in whole floats. One that cannot be resized, or is detached, stays as it is. */
export function resizeBuffer(buffer: ArrayBufferLike, factor: number): void {
  const { resizable, maxByteLength, byteLength } = buffer as Resizable;
  // A detached one still says that it is resizable, and throws.
  if (resizable && maxByteLength > 0) (buffer as Resizable).resize(Math.min(maxByteLength, Math.floor((byteLength * factor) / 4) * 4));
}
