// For kernels written in AssemblyScript: what they are handed, and how large it can be.

export { BusDescriptor, EventFrame, MAX_BUSES, MAX_CHANNELS, MAX_PARAMETERS, ParameterFrame } from "./layout";
