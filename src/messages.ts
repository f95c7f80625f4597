// Texts and checks that the errors of set-up share.

/** A value in words, for a message. */
export function described(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  return String(value);
}

/** An error that says what was expected and what came. */
export function unlike(Kind: new (message: string) => Error, expected: string, value: unknown): Error {
  return new Kind(`${expected}; ${described(value)} came`);
}

/**
 * @throws RangeError when `options` is not an object, or has an option of an unknown name. The message suggests the name that
 * is most similar.
 */
export function checkNames(options: object, names: readonly string[]): void {
  if (typeof options !== "object" || options === null) throw unlike(RangeError, "options are an object", options);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const [meant] = [...names].sort((one, other) => likeness(unknown, other) - likeness(unknown, one));
  throw new RangeError(`there is no option ${unknown}; ${meant} may be meant. The options are ${names.join(", ")}`);
}

/**
 * How similar two words are: the higher, the more likely `word` is meant as `name`. Both directions count, so a missing
 * letter weighs as much as an extra one.
 */
function likeness(word: string, name: string): number {
  return shareFound(word, name) + shareFound(name, word);
}

/** The share of a word's letters that occur in another word in the same order. */
function shareFound(word: string, other: string): number {
  let place = 0;
  let found = 0;
  for (const letter of word.toLowerCase()) {
    const next = other.toLowerCase().indexOf(letter, place) + 1;
    if (next === 0) continue;
    place = next;
    found++;
  }
  return found / word.length;
}
