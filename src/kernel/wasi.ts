// The functions of WASI, the WebAssembly System Interface, that audio kernels import. Text goes to the console. There are clocks,
// random numbers and an empty environment, but no files.

import { bytesAt, type Imported, type ImportingKernel, kernelError, tell, tellText, wordAt, writeWords } from "./kernel-memory";

/** [setup] WASI's function of this name, for one kernel. Those for files say that there are none. Undefined for other names. */
export function wasiFunction(context: ImportingKernel, name: string): Imported | undefined {
  if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name]!(context);
  if (/^(fd|path)_/.test(name)) return () => withoutFiles(name);
  return undefined;
}

const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const FAULT = 21;
const INVALID = 28;
const NO_SUCH_SYSTEM_CALL = 52;
const NOT_SEEKABLE = 70;

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;
const NANOSECONDS_A_MILLISECOND = 1e6;

type Maker = (context: ImportingKernel) => Imported;

const answers =
  (answer: number): Maker =>
  () =>
  () =>
    answer;

/** For the environment and for the arguments: there are 0 of them, in 0 bytes. */
const countsNone: Maker = (context) => (count: number, bytes: number) =>
  writeWords(context, count, 0) && writeWords(context, bytes, 0) ? SUCCESS : FAULT;

const FUNCTIONS: Readonly<Record<string, Maker>> = {
  args_get: /* @__PURE__ */ answers(SUCCESS),
  args_sizes_get: countsNone,
  environ_get: /* @__PURE__ */ answers(SUCCESS),
  environ_sizes_get: countsNone,
  sched_yield: /* @__PURE__ */ answers(SUCCESS),
  proc_raise: /* @__PURE__ */ answers(NO_SUCH_SYSTEM_CALL),
  poll_oneoff: /* @__PURE__ */ answers(NO_SUCH_SYSTEM_CALL),
  // The C library asks for preopened directories, one descriptor after the other, until it gets this answer.
  fd_prestat_get: /* @__PURE__ */ answers(BAD_DESCRIPTOR),
  fd_prestat_dir_name: /* @__PURE__ */ answers(BAD_DESCRIPTOR),
  fd_close: () => (descriptor: number) => (isStandard(descriptor) ? SUCCESS : BAD_DESCRIPTOR),
  fd_seek: () => (descriptor: number) => (isStandard(descriptor) ? NOT_SEEKABLE : BAD_DESCRIPTOR),
  fd_read: (context) => (descriptor: number, _list: number, _count: number, read: number) => {
    if (descriptor !== 0) return BAD_DESCRIPTOR;
    return writeWords(context, read, 0) ? SUCCESS : FAULT;
  },
  fd_write: writer,
  // A character device that can only be written to. For such a device the C library sends each line as soon as it is complete.
  fd_fdstat_get: (context) => (descriptor: number, status: number) => {
    if (!isStandard(descriptor)) return BAD_DESCRIPTOR;
    return writeWords(context, status, 2, 0, 1 << 6, 0, 0, 0) ? SUCCESS : FAULT;
  },
  proc_exit: (context) => (code: number) => {
    throw kernelError(context, `ended itself with proc_exit(${code})`);
  },
  clock_res_get: (context) => (_clock: number, result: number) =>
    writeWords(context, result, NANOSECONDS_A_MILLISECOND, 0) ? SUCCESS : FAULT,
  clock_time_get: clock,
  random_get: (context) => (address: number, length: number) => {
    const bytes = bytesAt(context, address, length);
    if (bytes.length < length >>> 0) return FAULT;
    // Not random enough for secrets, but worklets have no `crypto`.
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.random() * 256;
    return SUCCESS;
  },
};

function isStandard(descriptor: number): boolean {
  return descriptor >= 0 && descriptor <= STANDARD_ERROR;
}

function withoutFiles(name: string): number {
  tell("warn", `the kernel asked for a file (${name}); there are none here, unless imports.wasi_snapshot_preview1 brings them`);
  return BAD_DESCRIPTOR;
}

/** Clock 0 is real time. Clock 1 never goes back. Both are as exact as `Date`, because worklets have no other clock. */
function clock(context: ImportingKernel): Imported {
  let latest = 0;
  return (id: number, _precision: bigint, result: number) => {
    if (id !== 0 && id !== 1) return INVALID;
    const now = Date.now();
    if (id === 1) latest = Math.max(latest, now);
    const time = BigInt(id === 1 ? latest : now) * BigInt(NANOSECONDS_A_MILLISECOND);
    return writeWords(context, result, Number(time & 0xffffffffn), Number(time >> 32n)) ? SUCCESS : FAULT;
  };
}

function writer(context: ImportingKernel): Imported {
  return (descriptor: number, list: number, count: number, written: number) => {
    if (descriptor !== STANDARD_OUTPUT && descriptor !== STANDARD_ERROR) return BAD_DESCRIPTOR;
    let total = 0;
    for (let i = 0; i < count; i++) {
      const bytes = bytesAt(context, wordAt(context, list + 8 * i), wordAt(context, list + 8 * i + 4));
      total += bytes.length;
      tellText(context, descriptor === STANDARD_ERROR ? "error" : "log", bytes);
    }
    return writeWords(context, written, total) ? SUCCESS : FAULT;
  };
}
