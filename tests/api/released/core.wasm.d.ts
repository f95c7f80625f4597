// The declaration of `wasm-process-buffers/core.wasm` and `wasm-process-buffers/core-shared.wasm`.

/**
 * The core as a file. What an import of it yields is up to whoever loads it: its URL (esbuild's loader
 * "file"), its bytes (loader "binary"), or the compiled module (`import source`), which is what option
 * `core` takes.
 */
declare const core: string | Uint8Array<ArrayBuffer> | WebAssembly.Module;
export default core;
