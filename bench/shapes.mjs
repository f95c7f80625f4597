// What is rendered: bus configurations and block sizes, from the smallest to the largest there are.

const CONFIGS = {
  mono: { inputs: [1], outputs: [1] },
  stereo: { inputs: [2], outputs: [2] },
  "stereo + mono sidechain": { inputs: [2, 1], outputs: [2] },
  5.1: { inputs: [6], outputs: [6] },
  "16 buses of 2": { inputs: Array(16).fill(2), outputs: Array(16).fill(2) },
  "16 buses of 32": { inputs: Array(16).fill(32), outputs: Array(16).fill(32) },
};

const STANDARD_FRAMES = 128;
const OTHER_FRAMES = [32, 256, 1024];

/** `name` tells them apart; blocks have 128 frames where it says nothing else. */
export const SHAPES = [
  ...Object.entries(CONFIGS).map(([name, config]) => ({ name, config, frames: STANDARD_FRAMES })),
  ...OTHER_FRAMES.map((frames) => ({ name: `stereo, ${frames} frames`, config: CONFIGS.stereo, frames })),
];

/** Those that a block's targets are about. */
export const TARGET_SHAPES = ["mono", "stereo", "stereo + mono sidechain", "5.1", "16 buses of 2"];

export const STEREO = shape("stereo");

export function shape(name) {
  return SHAPES.find((candidate) => candidate.name === name);
}

/** Channels of both directions. */
export function channelsOf({ inputs, outputs }) {
  return [...inputs, ...outputs].reduce((sum, channels) => sum + channels, 0);
}
