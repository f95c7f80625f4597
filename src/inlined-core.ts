import inlined from "../build/core.wasm";

/** [setup] The core that is inlined in the main entry, for memories of its own kind. */
export function compiledCore(shared: boolean): WebAssembly.Module {
  if (shared) return (sharedCore ??= new WebAssembly.Module(sharedForm(inlined())));
  return (core ??= new WebAssembly.Module(inlined()));
}

let core: WebAssembly.Module | undefined;
let sharedCore: WebAssembly.Module | undefined;

/**
 * `core-shared.wasm`, which is `core.wasm` but for what it says of the memory that it imports: shared, and
 * of at most 65,536 pages. That stands at the end of the import section; its size and those of the
 * sections before it are single bytes.
 */
function sharedForm(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let section = MODULE_HEADER_BYTES;
  while (bytes[section] !== IMPORT_SECTION) section += 2 + bytes[section + 1]!;
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
