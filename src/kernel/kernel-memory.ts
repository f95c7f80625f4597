// How the functions that a kernel imports reach the kernel's memory. They are made before the instance, and an exported memory is
// known only after it, so they look the memory up when they are called.

/** A kernel as its imports know it. */
export interface ImportingKernel {
  /** Undefined until the kernel is instantiated, if the kernel exports its memory. */
  memory: WebAssembly.Memory | undefined;
  exports: Readonly<Record<string, unknown>>;
  /** What the kernel has written of lines whose ends have not come yet. */
  readonly unfinishedLines: Map<"log" | "error", number[]>;
}

/** A function that a kernel imports. */
export type Imported = (...args: never[]) => unknown;

/** A view of bytes in the kernel's memory; empty if they do not lie in it. Valid until the memory grows. */
export function bytesAt({ memory }: ImportingKernel, address: number, length: number): Uint8Array {
  const start = address >>> 0;
  const bytes = length >>> 0;
  if (memory === undefined || start + bytes > memory.buffer.byteLength) return new Uint8Array(0);
  return new Uint8Array(memory.buffer, start, bytes);
}

/** Writes 32-bit words. If they do not lie in the memory, it writes nothing and returns false. */
export function writeWords(context: ImportingKernel, address: number, ...words: number[]): boolean {
  const bytes = bytesAt(context, address, 4 * words.length);
  if (bytes.length === 0) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  return true;
}

/** The 32-bit word at an address; 0 if it does not lie in the memory. */
export function wordAt(context: ImportingKernel, address: number): number {
  const bytes = bytesAt(context, address, 4);
  return bytes.length === 0 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

/** Decodes UTF-8 without a TextDecoder, which worklets lack. Invalid bytes become U+FFFD. */
export function textFrom(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++]!;
    const more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    let code = more < 1 ? first : first & (0x3f >> more);
    let left = more;
    for (; left > 0 && (bytes[i]! & 0xc0) === 0x80; left--) code = (code << 6) | (bytes[i++]! & 0x3f);
    const isCharacter =
      left === 0 &&
      code <= 0x10ffff &&
      !(code >= 0xd800 && code <= 0xdfff) &&
      !(more === 2 && code < 0x800) &&
      !(more === 3 && code < 0x10000);
    text += String.fromCodePoint(isCharacter ? code : 0xfffd);
  }
  return text;
}

/** Decodes UTF-8 from an address to the next zero byte, or to the memory's end. */
export function textAt(context: ImportingKernel, address: number): string {
  const { memory } = context;
  const bytes =
    memory === undefined || address === 0 ? new Uint8Array(0) : bytesAt(context, address, memory.buffer.byteLength - (address >>> 0));
  const end = bytes.indexOf(0);
  return textFrom(bytes.subarray(0, end < 0 ? bytes.length : end));
}

/** Writes a line to the console, if there is one. */
export function tell(kind: "log" | "warn" | "error", line: string): void {
  if (typeof console === "object") console[kind](line);
}

/** Writes the kernel's text to the console, in whole lines. The beginning of a line waits for its end. */
export function tellText({ unfinishedLines }: ImportingKernel, kind: "log" | "error", text: Uint8Array): void {
  const line = unfinishedLines.get(kind) ?? [];
  unfinishedLines.set(kind, line);
  for (const byte of text) {
    if (byte !== NEWLINE) line.push(byte);
    if (byte === NEWLINE || line.length === LONGEST_LINE) tell(kind, textFrom(Uint8Array.from(line.splice(0))));
  }
}

const NEWLINE = 10;
/** A line that never ends must not fill the memory. In bytes. */
const LONGEST_LINE = 4096;

/** The error that an imported function throws to end the kernel's call. What the kernel has written up to then is shown before. */
export function kernelError({ unfinishedLines }: ImportingKernel, what: string): Error {
  for (const [kind, line] of unfinishedLines) if (line.length > 0) tell(kind, textFrom(Uint8Array.from(line.splice(0))));
  return new Error(`the kernel ${what}`);
}
