// What the kernels of the tests of nodes take; imported on both sides.

/** @type {readonly import("wasm-process-buffers").ParameterInfo[]} */
const parameters = [
  { name: "gain", defaultValue: 1 },
  { name: "fault", defaultValue: 0, automationRate: "k-rate" },
];

/** @type {import("wasm-process-buffers").BusConfig} */
export const effect = { inputs: [2, { channelCount: 1, name: "sidechain" }], outputs: [2], parameters };
/** @type {import("wasm-process-buffers").BusConfig} */
export const instrument = { inputs: [], outputs: [1], parameters };
