// The only file that changes wasm bytes. A module states whether the memory that it imports is shared, so each core is needed
// in two forms, which differ in a few bytes. A bundle carries one form, and this file makes the other. To carry both would
// double the size of the cores.

/**
 * [setup] The form of a core for shared memories: the imported memory is shared and has at most 65,536 pages. A test compares
 * the result with the compiler's own output for shared memories.
 *
 * The memory's limits are the last bytes of the import section, and that section's size is written in one byte.
 */
export function sharedForm(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let section = MODULE_HEADER_BYTES;
  while (bytes[section] !== IMPORT_SECTION) {
    // Each byte of the size has seven bits. Its highest bit says whether another byte follows.
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
/** Flags, and the smallest number of pages. */
const UNSHARED_LIMITS_BYTES = 2;
/** Flags, the smallest number of pages, and 65,536 in wasm's variable-length encoding. */
const SHARED_LIMITS = [3, 0, 0x80, 0x80, 4];
