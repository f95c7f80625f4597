// The declaration of `wasm-process-buffers/include/heap.rs`.

/** The allocator for a kernel in Rust, as bundlers that import text yield it. Compilers read the file itself. */
declare const allocator: string;
export default allocator;
