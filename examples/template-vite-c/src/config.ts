import type { BusConfig } from "wasm-process-buffers";

/** The kernel's parameter, which the slider moves. */
export const drive = { name: "drive", defaultValue: 4, minValue: 0, maxValue: 20 };

/** The kernel's buses and parameters. The page and the worklet both import them, so they cannot disagree. */
export const config: BusConfig = { inputs: [2], outputs: [2], parameters: [drive] };
