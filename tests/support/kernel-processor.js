// A processor that registerKernelProcessor makes, without a node: for tests that call its `process` themselves.

import { createHeap, registerKernelProcessor } from "../../dist/index.js";

/** One for all, because engines cap the memories of a process. @type {import("../../dist/index.js").OwnHeap | undefined} */
let heap;

/** The same for all nodes of a module, as in a page. @type {WeakMap<WebAssembly.Module, string>} */
const moduleIds = new WeakMap();
let modules = 0;

/** @typedef {readonly (readonly Float32Array[])[]} Buses */

/**
 * @param {import("../../dist/index.js").KernelDefinition} definition Its kernel is what `render` does, unless it says otherwise.
 * @param {{ tail?: number, onTrap?: "silence" | "restart", instance?: "own" | "shared", meters?: readonly object[], render?: () => void, module?: WebAssembly.Module, moduleId?: string }} [request]
 * @returns {{ process(inputs: Buses, outputs: Buses, parameters: Record<string, Float32Array>): boolean, posted: any[], receive(message: object): void }}
 */
export function kernelProcessor(
  definition,
  {
    tail = Number.POSITIVE_INFINITY,
    onTrap = "silence",
    instance = "own",
    meters = [],
    render = () => {},
    module,
    moduleId = idOf(module),
  } = {},
) {
  /** @type {any} */
  const scope = globalThis;
  const posted = [];
  /** @type {any} */
  const port = { onmessage: null, postMessage: (/** @type {unknown} */ data) => posted.push(data) };
  const engines = { processor: scope.AudioWorkletProcessor, register: scope.registerProcessor };
  let Processor;
  scope.AudioWorkletProcessor = class {
    port = port;
  };
  scope.registerProcessor = (/** @type {string} */ _, /** @type {unknown} */ made) => {
    Processor = made;
  };
  // Where there is no worklet, time stands still.
  scope.currentFrame ??= 0;
  scope.sampleRate ??= 48_000;
  heap ??= createHeap();
  registerKernelProcessor("kernel", { instantiate: () => ({ exports: { process: render }, heap }), ...definition });
  const { inputs, outputs, parameters } = definition;
  const config = { inputs, outputs, ...(parameters && { parameters }) };
  const envelope = (/** @type {object} */ message) => ({ "wasm-process-buffers": message });
  const processor = new Processor({ processorOptions: envelope({ config, tail, onTrap, instance, module, moduleId }) });
  if (engines.processor !== undefined)
    Object.assign(scope, { AudioWorkletProcessor: engines.processor, registerProcessor: engines.register });
  /** What a node would send. */
  const receive = (/** @type {object} */ message) => port.onmessage?.({ data: envelope(message) });
  for (const meter of meters) receive({ kind: "meter", ...meter });
  return Object.assign(processor, { posted, receive });
}

/** @param {WebAssembly.Module | undefined} module */
function idOf(module) {
  if (module === undefined) return "none";
  if (!moduleIds.has(module)) moduleIds.set(module, `module ${++modules}`);
  return moduleIds.get(module);
}
