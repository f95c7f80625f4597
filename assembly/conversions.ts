// The conversions core: what storages need that work in doubles or look for constant channels. It is compiled when the
// first of them is allocated. Like the everyday core it imports a memory, keeps no state, and reads no count or
// address from memory. It uses SIMD.

export { constantChannels } from "./constant";
export { narrowChannels, widenChannels } from "./doubles";
