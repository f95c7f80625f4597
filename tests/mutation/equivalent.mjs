// Mutants that no test can kill, because they do the same. Each with its reason; told by the line as it
// stands in the source, not by its number.

/** @type {{ file: string, line: string, was: string, text: string, reason: string }[]} */
export const equivalent = [];
