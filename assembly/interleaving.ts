// The interleaving core, for interleaved hosts. It is compiled when the first of them is made. Like the everyday core it
// imports a memory, has no state, and reads no count and no address from memory. It uses SIMD.

export { floatsFromInt16, int16FromFloats } from "./int16";
export { deinterleave, interleave } from "./interleaved";
export { kernelFromPcm, pcmFromKernel } from "./pcm";
