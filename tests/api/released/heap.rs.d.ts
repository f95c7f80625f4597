// The declaration of `wasm-process-buffers/include/heap.rs`.

/** The allocator for a kernel in Rust: the file's text, as bundlers import it. Compilers read the file itself. */
declare const allocator: string;
export default allocator;
