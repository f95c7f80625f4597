// All cores as one module. It is shipped as core.wasm and core-shared.wasm, for hosts that compile once.

export { constantChannels, narrowChannels, widenChannels } from "./conversions";
export { openBlock, pushChannel, zeroChannels } from "./everyday";
export { floatsFromKernel, kernelFromFloats, mixChannel } from "./forms";
export { deinterleave, floatsFromInt16, int16FromFloats, interleave, kernelFromPcm, pcmFromKernel } from "./interleaving";
export { openParameters, windowParameters } from "./parameters";
