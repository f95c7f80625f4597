// The declaration of `wasm-process-buffers/core.wasm` and `wasm-process-buffers/core-shared.wasm`.

/**
 * The core as a file. What an import of it yields is up to whoever loads it: its URL (esbuild's loader
 * "file"), its bytes (loader "binary"), or the compiled module (`import source`), which is what option
 * `core` takes.
 */
declare const core: string | Bytes | WebAssembly.Module;
export default core;

/** Of an ArrayBuffer, in the words of each TypeScript: before 5.7 the class had no parameter to say so. */
type Bytes = ReturnType<typeof Uint8Array.of>;
