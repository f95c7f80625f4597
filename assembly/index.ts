// For kernels written in AssemblyScript: the structs that a kernel is handed, and the limits of a configuration.

export { BusDescriptor, EventFrame, MAX_BUSES, MAX_CHANNELS, MAX_PARAMETERS, ParameterFrame } from "./layout";
