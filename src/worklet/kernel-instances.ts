import { memoriesIn, type Named } from "../kernel/allocator";
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
  if (request.instance === "own") {
    const { kernel, giveBack } = made(definition, request);
    return { kernel, release: giveBack, retire() {} };
  }
  const key = `${request.moduleId} ${name}`;
  let shared = sharedInstances.get(key);
  if (shared === undefined) {
    shared = { ...made(definition, request), users: 0 };
    sharedInstances.set(key, shared);
  }
  const instance = shared;
  const retire = () => {
    if (sharedInstances.get(key) === instance) sharedInstances.delete(key);
  };
  instance.users++;
  const release = once(() => {
    if (--instance.users > 0) return;
    retire();
    instance.giveBack();
  });
  return { kernel: instance.kernel, release, retire };
}

/** An instance, and what has to be done when nobody needs it any more. */
interface MadeInstance {
  readonly kernel: Kernel | Promise<Kernel>;
  giveBack(): void;
}

/** This worklet's shared instances, by module and processor: another processor may instantiate the same module differently. */
const sharedInstances = /* @__PURE__ */ new Map<string, MadeInstance & { users: number }>();

/** Memories that definitions hand over among their imports, and in which a kernel plays. */
const takenMemories = /* @__PURE__ */ new WeakSet<WebAssembly.Memory>();

/** @throws Error where another instance plays in a memory of the definition's: each would write its data over the other's. */
function made(definition: KernelDefinition<SampleFormat>, request: KernelRequest): MadeInstance {
  const { imports = {}, instantiate } = definition;
  const memories = instantiate === undefined ? Object.values(imports).flatMap((values) => memoriesIn(values as Named)) : [];
  if (memories.some((memory) => takenMemories.has(memory))) {
    throw new Error(
      'another instance of the kernel plays in the memory that the definition has among its imports; there can be one alone: take option instance "shared", or leave the memory out, so that each instance gets its own',
    );
  }
  const kernel = instantiated(definition, request);
  for (const memory of memories) takenMemories.add(memory);
  return { kernel, giveBack: once(() => memories.forEach((memory) => void takenMemories.delete(memory))) };
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

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
