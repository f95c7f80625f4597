// The core of interleaved hosts, which is compiled when the first of them is made. Like the everyday core it imports a
// memory, keeps no state, and reads no count or address from memory. It uses SIMD.

export { floatsFromInt16, int16FromFloats } from "./int16";
export { deinterleave, interleave } from "./interleaved";
export { kernelFromPcm, pcmFromKernel } from "./pcm";
