// What the errors of set-up have in common.

/** What came, as a message can show it. */
export function described(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  return String(value);
}

/** An error that says what was expected, and what came. */
export function unlike(Kind: new (message: string) => Error, expected: string, value: unknown): Error {
  return new Kind(`${expected}; ${described(value)} came`);
}

/** @throws RangeError when `options` are no object, or one of another name is among them. It says which one may be meant. */
export function checkNames(options: object, names: readonly string[]): void {
  if (typeof options !== "object" || options === null) throw unlike(RangeError, "options are an object", options);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const [meant] = [...names].sort((one, other) => likeness(unknown, other) - likeness(unknown, one));
  throw new RangeError(`there is no option ${unknown}; ${meant} may be meant. The options are ${names.join(", ")}`);
}

/** The more, the likelier one word is meant by the other. A part of a word counts as much as one with letters too many. */
function likeness(word: string, name: string): number {
  return shareFound(word, name) + shareFound(name, word);
}

/** The share of a word's letters that are found in another one, each behind the one before. */
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

/**
 * The page forbids WebAssembly where this is an error about it: engines word it in their own way, and a CompileError
 * otherwise says that the bytes are wrong.
 */
export function checkPolicy(cause: unknown): void {
  if (!/content.security.policy|\bcsp\b|unsafe-eval/i.test(String(cause))) return;
  throw new Error("the page's Content-Security-Policy forbids WebAssembly; its script-src has to name 'wasm-unsafe-eval'", { cause });
}
