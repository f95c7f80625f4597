// What a kernel of wasm-bindgen's imports where it hands numbers alone to JS: the way out for a panic, and a table of
// references that nobody uses. What takes or gives objects of JS is its own glue's.

import { bytesAt, type Imported, type ImportingKernel, kernelError, tell, textFrom, writeWords } from "./kernel-memory";

/** [setup] A function that wasm-bindgen's modules import, for one kernel. Undefined for what only its glue can know. */
export function wasmBindgenFunction(context: ImportingKernel, name: string): Imported | undefined {
  if (/^(__wbindgen_throw|__wbg___wbindgen_throw_\w+)$/.test(name)) return panics(context);
  if (name === "__wbindgen_object_drop_ref") return () => {};
  if (name === "__wbindgen_init_externref_table") return () => startsReferences(context);
  return undefined;
}

/**
 * [setup] The three that the crate console_error_panic_hook imports, each with a hash behind it: it makes an Error, has its stack
 * written to where it says, and sends the text of both to the console. The stack is left empty.
 */
export function panicHookFunction(context: ImportingKernel, name: string): Imported | undefined {
  if (/^__wbg_new_\w+$/.test(name)) return () => 0;
  if (/^__wbg_stack_\w+$/.test(name)) return (result: number) => void writeWords(context, result, 1, 0);
  if (/^__wbg_error_\w+$/.test(name)) return (text: number, length: number) => tell("error", textFrom(bytesAt(context, text, length)));
  return undefined;
}

function panics(context: ImportingKernel): Imported {
  return (text: number, length: number) => {
    throw kernelError(`panicked: ${textFrom(bytesAt(context, text, length))}`);
  };
}

/** The four values that wasm-bindgen expects at the table's end. */
function startsReferences({ exports }: ImportingKernel): void {
  const table = exports.__wbindgen_externrefs ?? exports.__wbindgen_export_0;
  if (!(table instanceof WebAssembly.Table)) return;
  const first = table.grow(4);
  table.set(0, undefined);
  for (const [i, value] of [undefined, null, true, false].entries()) table.set(first + i, value);
}
