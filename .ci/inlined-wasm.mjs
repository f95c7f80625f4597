// How wasm gets into the main entry: as text, of which `src/core/decode.ts` makes bytes again.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

/** A rollup plug-in: a `.wasm` import becomes a function that answers its bytes, decoded where it is called. */
export function inlinedWasm() {
  const decode = JSON.stringify(resolve("src/core/decode.ts"));
  return {
    name: "inlined-wasm",
    load: async (id) =>
      id.endsWith(".wasm")
        ? `import { decode } from ${decode};\nexport default () => decode(${JSON.stringify(encoded(await readFile(id)))});\n`
        : null,
  };
}

/**
 * Bytes as printable ASCII: `#` stands for 0, and each of the 89 characters after it for one more. From 90 on
 * a byte takes two characters: `}` before what it is more than 90, `~` before what it is more than 180.
 *
 * In this text a byte that comes again is the same text again, which compressors find. In base64 it is one of
 * three texts, so that gzip and brotli need a third more for it.
 */
export function encoded(bytes) {
  const character = (value) => String.fromCharCode("#".charCodeAt(0) + value);
  return Array.from(bytes, (byte) => (byte < 90 ? "" : byte < 180 ? "}" : "~") + character(byte % 90)).join("");
}
