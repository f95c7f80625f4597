// The declaration of `wasm-process-buffers/include/process_buffers.h`.

/** The header for C and C++ kernels, as bundlers that import text yield it. Compilers read the file itself. */
declare const header: string;
export default header;
