// How wasm that is inlined in the main entry becomes bytes again. The bundler's plug-in calls this; the first
// two parameters are what it calls its own decoder with.

/** [setup] Bytes from base64, with no global that a worklet lacks. */
export function decode(_sync: number, _path: null, base64: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((base64.length / 4) * 3 - base64.split("=").length + 1);
  // Four digits are three bytes. What the padding stands for falls off the end.
  for (let i = 0, at = 0; i < base64.length; i += 4) {
    let bits = 0;
    for (let k = i; k < i + 4; k++) bits = (bits << 6) | digit(base64.charCodeAt(k));
    bytes[at++] = bits >> 16;
    bytes[at++] = bits >> 8;
    bytes[at++] = bits;
  }
  return bytes;
}

/** What a digit of base64 stands for: A to Z, a to z, 0 to 9, + and /. */
function digit(code: number): number {
  return code > 96 ? code - 71 : code > 64 ? code - 65 : code > 47 ? code + 4 : code > 43 ? 63 : 62;
}
