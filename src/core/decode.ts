// How wasm that is inlined in the main entry becomes bytes again. `.ci/inlined-wasm.mjs` has what makes text of
// bytes, and says what the text is like. The build writes the calls.

/** [setup] Bytes from text, with no global that a worklet lacks. */
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

/** The character that stands for 0. */
const FIRST = 35;

/** How many values have a character of their own. The two characters after these add once or twice as much to the next one. */
const BASE = 90;
