import type { BusConfig } from "wasm-process-buffers";

/** A parameter of the kernel's, which the slider moves. */
export const drive = { name: "drive", defaultValue: 4, minValue: 0, maxValue: 20 };

/** What the kernel takes. The page and the worklet both import it, so they cannot disagree. */
export const config: BusConfig = { inputs: [2], outputs: [2], parameters: [drive] };
