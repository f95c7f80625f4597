// How wasm that is inlined in the main entry becomes bytes again. The first two parameters are what
// @rollup/plugin-wasm calls its helper with.

/** [setup] Bytes from base64, with no global that a worklet lacks. */
export function decode(_sync: number, _path: null, base64: string): Uint8Array<ArrayBuffer> {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((base64.length / 4) * 3 - padding);
  let bits = 0;
  let byte = 0;
  for (let i = 0; i < base64.length; i++) {
    bits = (bits << 6) | Math.max(0, DIGITS.indexOf(base64[i]!));
    if (i % 4 === 0) continue;
    // The second, third and fourth digit of four each complete a byte; those of the padding fall off the end.
    bytes[byte++] = bits >> (6 - 2 * (i % 4));
  }
  return bytes;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
