/**
 * The ducker's buses and parameters. Its node and its storage are both made from this, so they cannot disagree.
 *
 * @type {import("wasm-process-buffers").BusConfig & Required<Pick<import("wasm-process-buffers").BusConfig, "parameters">>}
 */
export const CONFIG = {
  inputs: [
    { channelCount: 2, name: "bed" },
    { channelCount: 1, name: "voice" },
  ],
  outputs: [2],
  parameters: [
    // How far speech turns the bed down: 0 is not at all, 1 is to silence.
    { name: "amount", defaultValue: 0.8, minValue: 0, maxValue: 1 },
    // The time in which the bed comes back, in seconds.
    { name: "release", defaultValue: 0.15, minValue: 0.01, maxValue: 5, automationRate: "k-rate" },
  ],
};
