// Mutants that no test can kill, because they do the same. Each with its reason; told by the line as it
// stands in the source, not by its number, and by which of several such changes in that line it is.

/** @type {{ file: string, line: string, was: string, text: string, nth: number, reason: string }[]} */
export const equivalent = [
  {
    file: "src/interleaved.ts",
    line: "if (given < width) core.zeroChannels(staging, count * FLOAT_BYTES, 1, count * FLOAT_BYTES);",
    was: "*",
    text: "/",
    nth: 0,
    reason: "of one channel, how far it is to the next one does not matter",
  },
  {
    file: "src/planar.ts",
    line: "return count === 0 || (framesAt(channels, 0) === frames && (count === 1 || framesAt(channels, count - 1) === frames));",
    was: "1",
    text: "0",
    nth: 0,
    reason: "a lone channel is its own last one: it is looked at twice",
  },
  {
    file: "src/planar.ts",
    line: "return count === 0 || (framesAt(channels, 0) === frames && (count === 1 || framesAt(channels, count - 1) === frames));",
    was: "1",
    text: "0",
    nth: 1,
    reason: "buses that are not found uniform are looked after channel by channel, with the same outcome, only slower",
  },
];
