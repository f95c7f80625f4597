// The functions that Emscripten's runtime imports from `env`, for kernels that run without Emscripten's loader.

import { LAST_BYTE, PAGE_BYTES } from "../memory/address";
import { bytesAt, type Imported, type ImportingKernel, kernelError, tell, textAt } from "./kernel-memory";

/** [setup] The function that Emscripten imports from `env` under this name, for one kernel. Undefined for any other name. */
export function emscriptenFunction(context: ImportingKernel, name: string): Imported | undefined {
  if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name]!(context);
  // There is no operating system, so every system call answers that it does not exist.
  if (name.startsWith("__syscall_")) return () => -NO_SUCH_SYSTEM_CALL;
  return undefined;
}

const NO_SUCH_SYSTEM_CALL = 52;

type Maker = (context: ImportingKernel) => Imported;

/** Makes functions that write a zero-terminated text to the console. */
const says =
  (kind: "log" | "warn" | "error"): Maker =>
  (context) =>
  (text: number) =>
    tell(kind, textAt(context, text));

const aborts: Maker = (context) => () => {
  throw kernelError(context, "aborted");
};

const copies: Maker = (context) => (to: number, from: number, length: number) => {
  const bytes = bytesAt(context, to, length);
  if (bytes.length > 0) bytes.set(bytesAt(context, from, length));
};

const FUNCTIONS: Readonly<Record<string, Maker>> = {
  _abort_js: aborts,
  __assert_fail: failsAssertion,
  __cxa_throw: (context) => () => {
    throw kernelError(context, "threw a C++ exception");
  },
  __handle_stack_overflow: (context) => () => {
    throw kernelError(context, "has no room left on its stack");
  },
  _emscripten_memcpy_js: copies,
  emscripten_memcpy_js: copies,
  emscripten_memcpy_big: copies,
  emscripten_console_log: /* @__PURE__ */ says("log"),
  emscripten_console_warn: /* @__PURE__ */ says("warn"),
  emscripten_console_error: /* @__PURE__ */ says("error"),
  emscripten_date_now: () => () => Date.now(),
  emscripten_get_now: () => () => Date.now(),
  emscripten_get_heap_max: () => () => LAST_BYTE,
  // Nothing to do: whoever has a view makes a new one when it finds the view detached.
  emscripten_notify_memory_growth: () => () => {},
  emscripten_resize_heap: resizes,
};

function failsAssertion(context: ImportingKernel): Imported {
  return (condition: number, file: number, line: number) => {
    throw kernelError(context, `failed its assertion ${textAt(context, condition)}, at ${textAt(context, file) || "?"}:${line}`);
  };
}

/** Grows the memory to the asked size, or by a fifth if that is more. Growth has to be rare, because it detaches every view. */
function resizes(context: ImportingKernel): Imported {
  return (asked: number) => {
    const { memory } = context;
    const bytes = memory?.buffer.byteLength ?? 0;
    const needed = Math.ceil(((asked >>> 0) - bytes) / PAGE_BYTES);
    for (const pages of [Math.max(needed, Math.ceil(bytes / 5 / PAGE_BYTES)), needed]) {
      try {
        if (bytes + pages * PAGE_BYTES > LAST_BYTE) continue;
        memory?.grow(pages);
        return 1;
      } catch {
        // The engine refuses that many pages. It may grant the smaller number.
      }
    }
    return 0;
  };
}
