// The conversions core, for storages that work in doubles or look for constant channels. It is compiled when the first of
// them is allocated. Like the everyday core it imports a memory, has no state, and reads no count and no address from memory.
// It uses SIMD.

export { constantChannels } from "./constant";
export { narrowChannels, widenChannels } from "./doubles";
