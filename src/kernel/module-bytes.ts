// Reads from a module's bytes how large a memory the module imports. A compiled module does not tell that.

import { nameOfClass } from "../memory/heap";

/** [setup] Whether a value has bytes: a buffer, or a view of one. */
export function isBytes(value: unknown): value is BufferSource {
  return ArrayBuffer.isView(value) || /^\[object (Shared)?ArrayBuffer\]$/.test(nameOfClass(value));
}

/** [setup] A view of the bytes. @throws TypeError where they were transferred elsewhere. */
export function bytesOf(source: BufferSource): Uint8Array {
  try {
    return ArrayBuffer.isView(source)
      ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
      : new Uint8Array(source as ArrayBuffer);
  } catch (cause) {
    throw new TypeError("the kernel's bytes are gone: their buffer was transferred elsewhere; hand over a copy, or transfer it later", {
      cause,
    });
  }
}

/** The memory that a module imports, as it declares it. */
export interface DeclaredMemory {
  readonly pages: number;
  readonly maximumPages: number | undefined;
  readonly isShared: boolean;
  readonly has64BitAddresses: boolean;
}

/** [setup] The first memory that the module imports; undefined if there is none. The bytes have to be those of a valid module. */
export function declaredMemory(bytes: Uint8Array): DeclaredMemory | undefined {
  const reader = new Reader(bytes, HEADER_BYTES);
  while (!reader.isAtEnd) {
    const section = reader.byte();
    const end = reader.number() + reader.place;
    if (section === SECTION_OF_IMPORTS) return memoryAmongImports(reader);
    reader.place = end;
  }
  return undefined;
}

const HEADER_BYTES = 8;
const SECTION_OF_IMPORTS = 2;
const KIND = { function: 0, table: 1, memory: 2, global: 3, tag: 4 };
const HAS_MAXIMUM = 1;
const IS_SHARED = 2;
const IS_64_BIT = 4;
const NULLABLE_REFERENCE = 0x63;
const REFERENCE = 0x64;

function memoryAmongImports(reader: Reader): DeclaredMemory | undefined {
  for (let left = reader.number(); left > 0; left--) {
    reader.skipName();
    reader.skipName();
    const kind = reader.byte();
    if (kind === KIND.memory) {
      const flags = reader.byte();
      const pages = reader.number();
      return {
        pages,
        maximumPages: (flags & HAS_MAXIMUM) !== 0 ? reader.number() : undefined,
        isShared: (flags & IS_SHARED) !== 0,
        has64BitAddresses: (flags & IS_64_BIT) !== 0,
      };
    }
    skipImport(reader, kind);
  }
  return undefined;
}

function skipImport(reader: Reader, kind: number): void {
  if (kind === KIND.tag) reader.byte();
  if (kind === KIND.function || kind === KIND.tag) reader.number();
  if (kind === KIND.global || kind === KIND.table) reader.skipType();
  if (kind === KIND.global) reader.byte();
  if (kind === KIND.table) {
    const flags = reader.byte();
    reader.number();
    if ((flags & HAS_MAXIMUM) !== 0) reader.number();
  }
}

class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    public place: number,
  ) {}

  get isAtEnd(): boolean {
    return this.place >= this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.place++] ?? 0;
  }

  /** An unsigned LEB128 number. Multiplied, not shifted: shifts have 32 bits, and the size of a 64-bit memory may need more. */
  number(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
  }

  skipName(): void {
    const length = this.number();
    this.place += length;
  }

  skipType(): void {
    const type = this.byte();
    if (type === NULLABLE_REFERENCE || type === REFERENCE) this.number();
  }
}
