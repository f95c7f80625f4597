// What the functions that a kernel imports have of it: its memory, which is known only once it is instantiated.

/** A kernel as its imports know it. */
export interface ImportingKernel {
  /** Undefined until it is instantiated, where the kernel exports it. */
  memory: WebAssembly.Memory | undefined;
  exports: Readonly<Record<string, unknown>>;
}

/** What a kernel is handed for one of its imports. */
export type Imported = (...args: never[]) => unknown;

/** Bytes of the kernel as they are now; nothing where they do not lie in its memory. */
export function bytesAt({ memory }: ImportingKernel, address: number, length: number): Uint8Array {
  const start = address >>> 0;
  const bytes = length >>> 0;
  if (memory === undefined || start + bytes > memory.buffer.byteLength) return new Uint8Array(0);
  return new Uint8Array(memory.buffer, start, bytes);
}

/** Writes 32-bit words; false, and nothing written, where they do not lie in the memory. */
export function writeWords(context: ImportingKernel, address: number, ...words: number[]): boolean {
  const bytes = bytesAt(context, address, 4 * words.length);
  if (bytes.length === 0) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  return true;
}

/** A 32-bit word; 0 where there is none. */
export function wordAt(context: ImportingKernel, address: number): number {
  const bytes = bytesAt(context, address, 4);
  return bytes.length === 0 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

/** UTF-8, read without a TextDecoder, which a worklet lacks. What is none is shown as U+FFFD. */
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

/** UTF-8 up to a zero. */
export function textAt(context: ImportingKernel, address: number): string {
  const { memory } = context;
  const bytes =
    memory === undefined || address === 0 ? new Uint8Array(0) : bytesAt(context, address, memory.buffer.byteLength - (address >>> 0));
  const end = bytes.indexOf(0);
  return textFrom(bytes.subarray(0, end < 0 ? bytes.length : end));
}

/** A line for whoever runs the kernel, where there is a console. */
export function tell(kind: "log" | "warn" | "error", line: string): void {
  if (typeof console === "object") console[kind](line);
}

/** What ends the kernel's call, as it asked for. */
export function kernelError(what: string): Error {
  return new Error(`the kernel ${what}`);
}
