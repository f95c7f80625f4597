// Mutants that no test can kill, because they do the same. Each with its reason; told by the line as it
// stands in the source, not by its number, and by which of several such changes in that line it is.

/** @type {{ file: string, line: string, was: string, text: string, nth: number, reason: string }[]} */
export const equivalent = [];
