// How wasm gets into the main entry: @rollup/plugin-wasm inlines it, and these two change how it is written and read.

import { resolve } from "node:path";

/**
 * The helper with which @rollup/plugin-wasm decodes what it inlined wants `Buffer` or `atob`, and an
 * AudioWorklet's scope has neither. This one, asked first, needs nothing but the language.
 */
export function decodeWithoutGlobals() {
  const helpers = "\0wasmHelpers.js";
  const source = `import { decode } from ${JSON.stringify(resolve("src/core/decode.ts"))};
export const _loadWasmModule = (isSync, file, text) => decode(text);
`;
  return {
    name: "decode-without-globals",
    resolveId: (id) => (id === helpers ? id : null),
    load: (id) => (id === helpers ? source : null),
  };
}

/** Writes what the plug-in wrote in base64 as text that compressors like better. */
export function compressibleWasm() {
  return {
    name: "compressible-wasm",
    transform: (code, id) =>
      id.endsWith(".wasm")
        ? {
            code: code.replace(/'([A-Za-z0-9+/]{64,}=*)'/, (_, base64) => JSON.stringify(encoded(Buffer.from(base64, "base64")))),
            map: null,
          }
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
