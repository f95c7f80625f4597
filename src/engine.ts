// What the engine makes, with an error that says what is wrong where it refuses.

/**
 * [setup] A memory.
 *
 * @throws RangeError when the engine has no memory for it.
 */
export function newMemory(descriptor: WebAssembly.MemoryDescriptor): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory(descriptor);
  } catch (cause) {
    checkRoom(cause);
    throw cause;
  }
}

/**
 * [setup] An instance of a module.
 *
 * @throws RangeError when the engine has no memory for it. Error when the page's Content-Security-Policy forbids WebAssembly.
 */
export function newInstance(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (cause) {
    checkRoom(cause);
    checkPolicy(cause);
    throw cause;
  }
}

/**
 * Whether an error of {@link newMemory} or {@link newInstance} says that the engine has no memory. The class alone does not tell: a
 * stack that overflows is a RangeError, too.
 */
export function isOutOfMemory(error: unknown): error is RangeError {
  return error instanceof RangeError && /memory/i.test(error.message);
}

/** Whether an error of {@link newInstance} is about the imports: there is one too few, or one of another type. */
export function isAboutImports(error: unknown): boolean {
  return error instanceof WebAssembly.LinkError || error instanceof TypeError;
}

/**
 * @throws Error when `cause` is about the page's Content-Security-Policy. Each engine words that error differently, and
 * without this check a CompileError would seem to say that the bytes are invalid.
 */
export function checkPolicy(cause: unknown): void {
  // Its message quotes the imports' names, which may be any.
  if (isAboutImports(cause)) return;
  if (!/content.security.policy|\bcsp\b|unsafe-eval/i.test(String(cause))) return;
  throw new Error("the page's Content-Security-Policy forbids WebAssembly; its script-src has to name 'wasm-unsafe-eval'", { cause });
}

/** @throws RangeError when `cause` is the string that Firefox throws when it has no memory. Other engines throw a RangeError themselves. */
function checkRoom(cause: unknown): void {
  if (cause !== "out of memory") return;
  throw new RangeError("out of memory: the engine has none for another WebAssembly memory, or caps how many a process has", { cause });
}
