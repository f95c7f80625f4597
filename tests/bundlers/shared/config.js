/** What the kernel takes: three channels, and what it multiplies them by. */
export const config = { inputs: [3], outputs: [3], parameters: [{ name: "gain" }, { name: "fault", automationRate: "k-rate" }] };

/** Never called, as long as `fault` is 0. */
export const imports = { node: { fail() {} } };
