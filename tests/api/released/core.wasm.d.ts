// The declaration of `wasm-process-buffers/core.wasm` and `wasm-process-buffers/core-shared.wasm`.

/**
 * The core as a file. What an import of it yields depends on the bundler: its URL (esbuild's loader "file"), its bytes (loader
 * "binary"), or the compiled module (`import source`). Option `core` takes the compiled module.
 */
declare const core: string | Bytes | WebAssembly.Module;
export default core;

/** A Uint8Array of an ArrayBuffer. From TypeScript 5.7 on, the class has a type parameter for its buffer; before, it has none. */
type Bytes = ReturnType<typeof Uint8Array.of>;
