// The functions that a wasm-bindgen module imports if it exchanges only numbers with JS: those that report a panic, and those for
// a table of references to JS values, which stays unused. A module that exchanges objects with JS needs its own glue.

import { bytesAt, type Imported, type ImportingKernel, kernelError, tell, textFrom, writeWords } from "./kernel-memory";

/** [setup] A function that wasm-bindgen's modules import, for one kernel. Undefined for those that only their glue provides. */
export function wasmBindgenFunction(context: ImportingKernel, name: string): Imported | undefined {
  // Its versions have called the function __wbindgen_throw, then __wbg_wbindgenthrow_ and __wbg___wbindgen_throw_ with a hash.
  if (/^(__wbindgen_throw|__wbg_(wbindgenthrow|__wbindgen_throw)_\w+)$/.test(name)) return panics(context);
  if (name === "__wbindgen_object_drop_ref") return () => {};
  if (name === "__wbindgen_init_externref_table") return () => startsReferences(context);
  return undefined;
}

/**
 * [setup] The three functions that the crate console_error_panic_hook imports, each with a hash after its name. `new` makes an
 * Error. `stack` writes address and length of the Error's stack to a given address. `error` writes the panic's text to the
 * console. Here no Error is made, and the stack is empty.
 */
export function panicHookFunction(context: ImportingKernel, name: string): Imported | undefined {
  if (/^__wbg_new_\w+$/.test(name)) return () => 0;
  if (/^__wbg_stack_\w+$/.test(name)) return (result: number) => void writeWords(context, result, 1, 0);
  if (/^__wbg_error_\w+$/.test(name)) return (text: number, length: number) => tell("error", textFrom(bytesAt(context, text, length)));
  return undefined;
}

function panics(context: ImportingKernel): Imported {
  return (text: number, length: number) => {
    throw kernelError(context, `panicked: ${textFrom(bytesAt(context, text, length))}`);
  };
}

/** Appends the four values that wasm-bindgen expects at the end of its table of references. */
function startsReferences({ exports }: ImportingKernel): void {
  const numbered = Object.keys(exports).filter((name) => /^__wbindgen_export_?\d+$/.test(name));
  const table = ["__wbindgen_externrefs", ...numbered].map((name) => exports[name]).find((value) => value instanceof WebAssembly.Table);
  if (table === undefined) return;
  const first = table.grow(4);
  table.set(0, undefined);
  for (const [i, value] of [undefined, null, true, false].entries()) table.set(first + i, value);
}
