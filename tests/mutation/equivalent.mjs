// Mutants that no test can kill, because they do the same. Each with its reason; told by the line as it
// stands in the source, not by its number, and by which of several such changes in that line it is.

/** @type {{ file: string, line: string, was: string, text: string, nth: number, reason: string }[]} */
export const equivalent = [
  {
    file: "src/block.ts",
    line: "if (channels > 0) core.zeroChannels(base + place, stride, channels, frames === settings.maxFrames ? stride : frames * sampleBytes);",
    was: "frames === settings.maxFrames",
    text: "!(frames === settings.maxFrames)",
    nth: 0,
    reason: "whole channels are zeroed in one piece; channel by channel has the same outcome, only slower",
  },
];
