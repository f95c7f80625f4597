import { instantiateFrom, type Kernel } from "../kernel/instantiate-kernel";
import type { SampleFormat } from "../sample-format";
import type { KernelDefinition } from "./kernel-definition";
import type { KernelRequest } from "./protocol";

/** An instance that a node has, alone or with others. */
export interface KernelInstance {
  readonly kernel: Kernel | Promise<Kernel>;
  /** [setup] The node wants it no more. */
  release(): void;
  /** [setup] It has trapped: who plays on it may go on, but nobody new gets it. */
  retire(): void;
}

/** [setup] A new one, or the one that all nodes of this processor and module share. @throws What `instantiateKernel` throws. */
export function kernelInstance(name: string, definition: KernelDefinition<SampleFormat>, request: KernelRequest): KernelInstance {
  if (request.instance === "own") return { kernel: instantiated(definition, request), release() {}, retire() {} };
  const key = `${request.moduleId} ${name}`;
  let shared = sharedInstances.get(key);
  if (shared === undefined) {
    shared = { kernel: instantiated(definition, request), users: 0 };
    sharedInstances.set(key, shared);
  }
  const instance = shared;
  const retire = () => {
    if (sharedInstances.get(key) === instance) sharedInstances.delete(key);
  };
  instance.users++;
  let isReleased = false;
  const release = () => {
    if (isReleased) return;
    isReleased = true;
    if (--instance.users === 0) retire();
  };
  return { kernel: instance.kernel, release, retire };
}

/** Of this worklet: by module and processor, because another processor may instantiate the same module in another way. */
const sharedInstances = /* @__PURE__ */ new Map<string, { readonly kernel: Kernel | Promise<Kernel>; users: number }>();

function instantiated(definition: KernelDefinition<SampleFormat>, { module, memory, instance }: KernelRequest): Kernel | Promise<Kernel> {
  const { instantiate, imports, pages, heapBase } = definition;
  try {
    if (instantiate !== undefined) return instantiate(module);
    const options = { ...(imports && { imports }), ...(pages !== undefined && { pages }), ...(heapBase !== undefined && { heapBase }) };
    return instantiateFrom(module, memory, options);
  } catch (error) {
    if (instance === "shared" || !(error instanceof RangeError) || !/memory/i.test(error.message)) throw error;
    throw new RangeError(
      `${error.message}. Engines cap the memories of a process (Chromium has 125): with option instance "shared" all nodes of a kernel have one`,
      { cause: error },
    );
  }
}
