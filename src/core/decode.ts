// Turns the text in which a bundle carries wasm back into bytes. `.ci/inlined-wasm.mjs` writes that text and describes it.
// The build inserts the calls of this function.

/** [setup] Decodes text to bytes. It uses no global that a worklet's scope lacks. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let more = 0;
  for (let i = 0; i < text.length; i++) {
    const value = text.charCodeAt(i) - FIRST;
    if (value < BASE) bytes.push(more + value);
    more = value < BASE ? 0 : (value - BASE + 1) * BASE;
  }
  return new Uint8Array(bytes);
}

/** Code of the character that stands for 0. */
const FIRST = 35;

/** Number of values that one character can stand for. The two characters after these add 90 or 180 to the value that follows. */
const BASE = 90;
