// How wasm that is inlined in the main entry becomes bytes again. The bundler's plug-in calls this; the first
// two parameters are what it calls its own decoder with.

/** [setup] Bytes from base64, with no global that a worklet lacks. */
export function decode(_sync: number, _path: null, base64: string): Uint8Array<ArrayBuffer> {
  const digits = new Uint8Array(128);
  for (let digit = 0; digit < 64; digit++) digits[DIGITS.charCodeAt(digit)] = digit;
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((base64.length / 4) * 3 - padding);
  // Four digits are three bytes. What the padding stands for falls off the end.
  for (let i = 0, at = 0; i < base64.length; i += 4) {
    let bits = 0;
    for (let k = i; k < i + 4; k++) bits = (bits << 6) | digits[base64.charCodeAt(k)]!;
    bytes[at++] = bits >> 16;
    bytes[at++] = bits >> 8;
    bytes[at++] = bits;
  }
  return bytes;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
