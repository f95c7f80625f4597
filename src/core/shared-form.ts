// The one place where wasm bytes are changed. A module says of the memory that it imports whether it is shared,
// so each core is needed in two forms that differ in a few bytes. To inline both would cost every bundle the
// size of the cores once more.

/**
 * [setup] The form of a core for shared memories: its imported memory is shared, and has at most 65,536 pages.
 * A test compares it with what the compiler makes for shared memories.
 *
 * The limits of the memory stand at the end of the import section, whose size is a single byte.
 */
export function sharedForm(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let section = MODULE_HEADER_BYTES;
  while (bytes[section] !== IMPORT_SECTION) {
    // Seven bits a byte, as far as the highest bit says that more follow.
    let size = 0;
    let at = section;
    do size |= (bytes[++at]! & 0x7f) << (7 * (at - section - 1));
    while (bytes[at]! > 0x7f);
    section = at + 1 + size;
  }
  const limits = section + bytes[section + 1]!;
  const form = new Uint8Array(bytes.length + SHARED_LIMITS.length - UNSHARED_LIMITS_BYTES);
  form.set(bytes.subarray(0, limits));
  form.set(SHARED_LIMITS, limits);
  form.set(bytes.subarray(limits + UNSHARED_LIMITS_BYTES), limits + SHARED_LIMITS.length);
  form[section + 1]! += form.length - bytes.length;
  return form;
}

const MODULE_HEADER_BYTES = 8;
const IMPORT_SECTION = 2;
/** Flags and least pages. */
const UNSHARED_LIMITS_BYTES = 2;
/** Flags, least pages, and 65,536 in the variable length that wasm has for numbers. */
const SHARED_LIMITS = [3, 0, 0x80, 0x80, 4];
