// Mutants that no test can kill, because they do the same. Each with its reason; told by the line as it
// stands in the source, not by its number, and by which of several such changes in that line it is.

/** @type {{ file: string, line: string, was: string, text: string, nth: number, reason: string }[]} */
export const equivalent = [
  {
    file: "assembly/interleaved.ts",
    line: "for (let channel: u32 = 0; channel < channels; channel += 2) {",
    was: "<",
    text: "<=",
    nth: 0,
    reason: "the last pair of channels is converted once more, to the same samples",
  },
  {
    file: "assembly/doubles.ts",
    line: "const fours = to + ((<usize>frames & ~3) << 2);",
    was: "<<",
    text: ">>",
    nth: 0,
    reason: "fewer samples go four at a time, and the rest one by one, to the same outcome",
  },
  {
    file: "assembly/constant.ts",
    line: "for (const end = samples + (byteLength & ~15); at < end; at += 16) {",
    was: "+",
    text: "-",
    nth: 0,
    reason: "then all goes word by word, to the same outcome, only slower",
  },
  {
    file: "assembly/constant.ts",
    line: "if (load<u32>(at) != load<u32>(samples + ((at - samples) & (sampleBytes - 1)))) return false;",
    was: "false",
    text: "0",
    nth: 0,
    reason: "false is 0",
  },
  {
    file: "assembly/doubles.ts",
    line: "const fours = from + ((<usize>frames & ~3) << 2);",
    was: "&",
    text: "|",
    nth: 0,
    reason: "all samples go one by one, to the same outcome, only slower",
  },
  {
    file: "assembly/constant.ts",
    line: "if (load<u32>(at) != load<u32>(samples + ((at - samples) & (sampleBytes - 1)))) return false;",
    was: "-",
    text: "+",
    nth: 0,
    reason: "a channel starts on a boundary of 16, so that both leave the same rest",
  },
];
