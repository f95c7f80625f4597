// The declaration of `wasm-process-buffers/include/process_buffers.h`.

/** The header for C and C++ kernels: the file's text, as bundlers import it. Compilers read the file itself. */
declare const header: string;
export default header;
