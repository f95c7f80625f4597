// What an engine refuses is told in the library's words, in whichever words the engine says it.

import { expect, test } from "vitest";
import { createHeap, instantiateKernel, ProcessBufferStorage } from "wasm-process-buffers";
import { beforeEachNew } from "./support/refusing-engine";
import { bump, type ModuleOf, wasmBytes, wasmModule } from "./support/wasm-builder";

const stereo = { inputs: [2], outputs: [2] };
const kernel: ModuleOf = {
  memory: { pages: 2, names: ["memory"] },
  globals: [{ value: 1024 }],
  functions: [{ names: ["malloc"], takes: ["i32"], gives: ["i32"], code: bump(0) }],
};

/** What `action` throws where the engine throws `refusal` for each new object of this kind. */
function thrownBy(action: () => void, kind: "Memory" | "Module" | "Instance", refusal: unknown): unknown {
  let thrown: unknown;
  const refuse = () => {
    throw refusal;
  };
  beforeEachNew(kind, refuse, () => {
    try {
      action();
    } catch (error) {
      thrown = error;
    }
  });
  return thrown;
}

// Firefox throws a string.
const WITHOUT_MEMORY = [new RangeError("WebAssembly.Memory(): could not allocate memory"), "out of memory"];

test.each(WITHOUT_MEMORY)("a heap for which there is no memory is a RangeError (%s)", (refusal) => {
  const thrown = thrownBy(() => createHeap(), "Memory", refusal);
  expect(thrown).toBeInstanceOf(RangeError);
  expect((thrown as Error).message).toMatch(/memory/);
  expect(createHeap().malloc(16)).toBeGreaterThan(0);
});

test.each(WITHOUT_MEMORY)("a kernel for which there is no memory is a RangeError (%s)", (refusal) => {
  const module = wasmModule(kernel);
  const thrown = thrownBy(() => instantiateKernel(module), "Instance", refusal);
  expect(thrown).toBeInstanceOf(RangeError);
  expect((thrown as Error).message).toMatch(/memory/);
  expect(instantiateKernel(module).heap.malloc(16, 16)).toBeGreaterThan(0);
});

test("what an engine throws for another reason stays what it is", () => {
  const refusal = new SyntaxError("another reason");
  expect(thrownBy(() => createHeap(), "Memory", refusal)).toBe(refusal);
  expect(thrownBy(() => instantiateKernel(wasmModule(kernel)), "Instance", refusal)).toBe(refusal);
  expect(thrownBy(() => ProcessBufferStorage.allocateFromConfig(stereo, { heap: createHeap() }), "Instance", refusal)).toBe(refusal);
});

const FORBIDDEN = "the page's Content-Security-Policy forbids WebAssembly; its script-src has to name 'wasm-unsafe-eval'";

test.each([
  new WebAssembly.CompileError(
    "Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source of script",
  ),
  new WebAssembly.CompileError("call to WebAssembly.Module() blocked by CSP"),
  new EvalError("Refused to create a WebAssembly object because of the following Content Security Policy directive"),
])("a policy that forbids WebAssembly is named, whichever step it forbids (%s)", (refusal) => {
  const bytes = wasmBytes(kernel);
  const heap = createHeap();
  expect(thrownBy(() => instantiateKernel(bytes), "Module", refusal)).toMatchObject({ message: FORBIDDEN, cause: refusal });
  expect(thrownBy(() => instantiateKernel(bytes), "Instance", refusal)).toMatchObject({ message: FORBIDDEN, cause: refusal });
  expect(thrownBy(() => ProcessBufferStorage.allocateFromConfig(stereo, { heap }), "Instance", refusal)).toMatchObject({
    message: FORBIDDEN,
  });
  // Nothing was made that is in the way of a storage now.
  ProcessBufferStorage.allocateFromConfig(stereo, { heap }).free();
});

test.each([WebAssembly.LinkError, TypeError])("a policy is not blamed for the names of imports (%o)", (Kind) => {
  const refusal = new Kind('WebAssembly.Instance(): Import #0 "csp" "unsafe-eval": function import requires a callable');
  const thrown = thrownBy(() => instantiateKernel(wasmModule(kernel)), "Instance", refusal);
  expect(thrown).toBe(refusal);
});
