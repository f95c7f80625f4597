import { instantiateFrom, type Kernel } from "../kernel/instantiate-kernel";
import type { SampleFormat } from "../sample-format";
import type { KernelDefinition } from "./kernel-definition";
import type { KernelRequest } from "./protocol";

/** A kernel's instance as one node has it: alone, or shared with other nodes. */
export interface KernelInstance {
  readonly kernel: Kernel | Promise<Kernel>;
  /** [setup] The node no longer needs the instance. */
  release(): void;
  /** [setup] The instance has failed. Nodes that share it may go on, but no further node gets it. */
  retire(): void;
}

/**
 * [setup] A new instance, or the one that all nodes of this processor and module share.
 *
 * @throws What the instantiation throws.
 */
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

/** This worklet's shared instances, by module and processor: another processor may instantiate the same module differently. */
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
