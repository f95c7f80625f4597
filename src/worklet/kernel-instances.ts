import { isOutOfMemory } from "../engine";
import { givenImport } from "../kernel/imports";
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
    const { kernel, leaveMemory } = made(definition, request);
    return { kernel, release: leaveMemory, retire() {} };
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
    instance.leaveMemory();
  });
  return { kernel: instance.kernel, release, retire };
}

/** An instance, and what has to be called when it is not called any more. */
interface MadeInstance {
  readonly kernel: Kernel | Promise<Kernel>;
  leaveMemory(): void;
}

/** This worklet's shared instances, by module and processor: another processor may instantiate the same module differently. */
const sharedInstances = /* @__PURE__ */ new Map<string, MadeInstance & { users: number }>();

/** Ids of the modules that play in a memory of a definition's. */
const modulesIn = /* @__PURE__ */ new WeakMap<WebAssembly.Memory, Set<string>>();

/** @throws Error where an instance of the module plays in the memory of the definition: both would have their data at the same addresses. */
function made(definition: KernelDefinition<SampleFormat>, request: KernelRequest): MadeInstance {
  const { moduleId } = request;
  const memory = memoryFor(request.module, definition);
  if (memory === undefined) return { kernel: instantiated(definition, request), leaveMemory() {} };
  const modules = modulesIn.get(memory) ?? new Set<string>();
  if (modules.has(moduleId)) {
    throw new Error(
      request.instance === "shared"
        ? "another instance of this module plays in the memory among the definition's imports, and goes on until its last node has ended; leave the memory out, so that each instance gets its own"
        : 'an instance of this module plays in the memory among the definition\'s imports; take option instance "shared", or leave the memory out, so that each instance gets its own',
    );
  }
  const kernel = instantiated(definition, request);
  modulesIn.set(memory, modules.add(moduleId));
  return { kernel, leaveMemory: once(() => modules.delete(moduleId)) };
}

/** The memory that the module imports, if the definition hands it over. */
function memoryFor(module: WebAssembly.Module, { imports, instantiate }: KernelDefinition<SampleFormat>): WebAssembly.Memory | undefined {
  if (instantiate !== undefined || imports === undefined) return undefined;
  const wanted = WebAssembly.Module.imports(module).find(({ kind }) => kind === "memory");
  return wanted && (givenImport(imports, wanted.module, wanted.name) as WebAssembly.Memory | undefined);
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

function instantiated(definition: KernelDefinition<SampleFormat>, request: KernelRequest): Kernel | Promise<Kernel> {
  const { module, memory, instance } = request;
  const { imports, pages, heapBase } = definition;
  try {
    if (definition.instantiate !== undefined) return definition.instantiate(module);
    const options = { ...(imports && { imports }), ...(pages !== undefined && { pages }), ...(heapBase !== undefined && { heapBase }) };
    return instantiateFrom(knownModule(request), memory, options);
  } catch (error) {
    const isCapped = isOutOfMemory(error) && memoryFor(module, definition) === undefined;
    if (instance === "shared" || !isCapped) throw error;
    throw new RangeError(
      `${error.message}. Engines cap the memories of a process (Chromium has 125): with option instance "shared" all nodes of a kernel have one`,
      { cause: error },
    );
  }
}

/**
 * The module of this id that came first. Each node's message brings a clone, and what `instantiateFrom` finds out by trial is kept
 * for each object.
 */
function knownModule({ moduleId, module }: KernelRequest): WebAssembly.Module {
  const known = knownModules.get(moduleId)?.deref();
  if (known === undefined) knownModules.set(moduleId, new WeakRef(module));
  return known ?? module;
}

/** Weak, because a module keeps its compiled code. */
const knownModules = /* @__PURE__ */ new Map<string, WeakRef<WebAssembly.Module>>();
