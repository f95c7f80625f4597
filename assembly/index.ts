// For kernels written in AssemblyScript: what they are handed, and how large it can be.

export { BusDescriptor, MAX_BUSES, MAX_CHANNELS } from "./layout";
