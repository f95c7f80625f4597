/** The kernel's buses, each of them contiguous, and its parameters. @type {import("wasm-process-buffers").BusConfig} */
export const config = {
  inputs: [
    { channelCount: 2, layout: "contiguous" },
    { channelCount: 1, layout: "contiguous" },
  ],
  outputs: [{ channelCount: 2, layout: "contiguous" }],
  parameters: [
    { name: "gain", defaultValue: 1 },
    { name: "depth", defaultValue: 0.75 },
    { name: "speed", defaultValue: 0.0625, minValue: 0, maxValue: 1, automationRate: "k-rate" },
  ],
};
