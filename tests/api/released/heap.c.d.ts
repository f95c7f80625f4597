// The declaration of `wasm-process-buffers/include/heap.c`.

/**
 * The allocator for a kernel in C without a C library: the file's text, as bundlers import it. Compilers read the file itself.
 */
declare const allocator: string;
export default allocator;
