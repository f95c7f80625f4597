import { FixedBlocks } from "../blocks/fixed-blocks";
import { type BusConfig, frozenBusConfig } from "../config";
import { addDiagnostics, type Diagnostics } from "../diagnostics";
import { EventQueue, type TimedEvent } from "../events/event-queue";
import type { HostBuses } from "../hosts/host-lists";
import { type HostParameterValues, isObject } from "../hosts/host-parameters";
import type { Kernel } from "../kernel/instantiate-kernel";
import { nameOfClass } from "../memory/heap";
import { described, unlike } from "../messages";
import { renderQuantumFrames, type StorageOptions } from "../options";
import type { Parameters } from "../parameters";
import type { SampleFormat } from "../sample-format";
import { ProcessBufferStorage } from "../storage";
import type { KernelContext, KernelDefinition, KernelRun } from "./kernel-definition";
import type { Meters } from "./meters";
import { workletScope } from "./worklet-scope";

/** What a node hands to its kernel. */
export interface Surroundings {
  readonly data: unknown;
  post(data: unknown, transfer?: object[]): void;
}

/** What a kernel leaves: the parameters' last values, the events that wait, and the counts. */
export interface Legacy {
  readonly parameters: Parameters | undefined;
  readonly events: readonly TimedEvent[];
  readonly diagnostics: Readonly<Diagnostics>;
}

/** A kernel at one node, from its start to its end, with its storage, its events, and blocks of its own length. */
export class KernelLife {
  readonly storage: ProcessBufferStorage<SampleFormat>;
  readonly events: EventQueue;
  private readonly blocks: FixedBlocks<SampleFormat> | undefined;
  private readonly run: KernelRun;
  /** First frame of the block that is rendered. */
  private frame = workletScope.currentFrame;

  /**
   * [setup] Allocates the storage and starts the kernel. If it throws, nothing stays allocated.
   *
   * @throws What the definition's functions throw; Error where the kernel has no function to call; what the storage throws.
   */
  constructor(definition: KernelDefinition<SampleFormat>, kernel: Kernel, { data, post }: Surroundings) {
    const storage = ProcessBufferStorage.allocateFromConfig(busesOf(definition), storageOptions(definition, kernel));
    this.storage = storage;
    try {
      this.blocks =
        definition.blockFrames === undefined || storage.maxFrames === renderQuantumFrames() ? undefined : new FixedBlocks(storage);
      this.events = new EventQueue(storage);
      const life = this;
      const context: KernelContext<SampleFormat> = {
        kernel,
        storage,
        events: this.events,
        sampleRate: workletScope.sampleRate,
        get currentFrame() {
          return life.frame;
        },
        data,
        post,
      };
      this.run = definition.start === undefined ? exportedRun(context) : checkedRun(definition.start(context));
    } catch (error) {
      storage.free();
      throw error;
    }
  }

  /** In frames: the latency of the blocks' length, plus the kernel's own. */
  get latency(): number {
    const { latency = 0 } = this.run;
    // The kernel may have set its own latency to anything. What is no number of frames counts as 0.
    return (this.blocks?.latency ?? 0) + (typeof latency === "number" && latency >= 0 && latency < Number.POSITIVE_INFINITY ? latency : 0);
  }

  /** [render] Renders one block of the host. Throws what the kernel throws. */
  render(inputs: HostBuses, outputs: HostBuses, parameters: HostParameterValues, meters: Meters): void {
    const { blocks, storage } = this;
    if (blocks === undefined) {
      this.frame = workletScope.currentFrame;
      this.renderBlock(storage.collect(inputs, outputs, parameters), meters);
      storage.deliver(outputs);
      return;
    }
    // `blockStart` counts from the first frame ever collected, `currentFrame` from the context's start.
    const origin = workletScope.currentFrame - blocks.collectedFrames;
    blocks.collect(inputs, outputs, parameters);
    while (blocks.next()) {
      this.frame = origin + blocks.blockStart;
      this.renderBlock(storage.frames, meters);
    }
    blocks.deliver(outputs);
  }

  /** [setup] Hands a message to the kernel. Throws what the kernel throws. */
  message(data: unknown): void {
    this.run.message?.(data);
  }

  /** [setup] What this kernel leaves to the one that replaces it. It stays valid when the kernel has ended. */
  get legacy(): Legacy {
    const { storage, events } = this;
    return { parameters: storage.buffers.parameters, events: events.waitingEvents(), diagnostics: storage.diagnostics };
  }

  /** [setup] Takes over from the kernel that this one replaces. */
  takeOver({ parameters, events, diagnostics }: Legacy): void {
    this.storage.buffers.parameters?.takeOver(parameters);
    this.events.takeOver(events);
    addDiagnostics(this.storage.buffers.diagnostics, diagnostics);
  }

  /** [setup] Ends the kernel and frees the storage, also if the kernel throws. Throws what the kernel throws. */
  end(): void {
    try {
      this.run.dispose?.();
    } finally {
      this.storage.free();
    }
  }

  private renderBlock(frames: number, meters: Meters): void {
    this.events.collect(this.frame);
    this.run.process(frames);
    meters.note(this.storage);
  }
}

/** [setup] The buses and parameters of a definition, without the rest of it. */
export function busesOf(definition: BusConfig): BusConfig {
  const { inputs, outputs, parameters } = definition;
  return frozenBusConfig(parameters === undefined ? { inputs, outputs } : { inputs, outputs, parameters });
}

function storageOptions(definition: KernelDefinition<SampleFormat>, kernel: Kernel): StorageOptions<SampleFormat> {
  const { blockFrames } = definition;
  if (!isObject(kernel?.exports)) throw unlike(TypeError, "instantiate() returns a kernel { exports, heap }", kernel);
  if (!isObject(kernel.heap)) throw unlike(TypeError, "instantiate() returns a kernel { exports, heap }", kernel.heap);
  const returned: Partial<StorageOptions<SampleFormat>> = definition.storage?.(kernel) ?? {};
  if (typeof returned !== "object" || nameOfClass(returned) === "[object Promise]") {
    throw unlike(RangeError, "storage() returns options of the storage, not a promise", returned);
  }
  // An option that is undefined is one that is left out.
  const own: Partial<StorageOptions<SampleFormat>> = Object.fromEntries(
    Object.entries(returned).filter(([, value]) => value !== undefined),
  );
  if (blockFrames !== undefined && own.maxFrames !== undefined && own.maxFrames !== blockFrames) {
    throw new RangeError(
      `blockFrames ${blockFrames} is how long the kernel's blocks are; storage() says maxFrames ${described(own.maxFrames)}. Leave one of them out`,
    );
  }
  return { heap: kernel.heap, channelInterpretation: "speakers", ...(blockFrames === undefined ? {} : { maxFrames: blockFrames }), ...own };
}

/** Calls the kernel's export `process` with all arguments. A wasm function ignores those that it does not declare. */
function exportedRun({ kernel, storage, events }: KernelContext<SampleFormat>): KernelRun {
  const { process, latency } = kernel.exports;
  if (typeof process !== "function") {
    const names = Object.keys(kernel.exports).filter((name) => typeof kernel.exports[name] === "function");
    throw new Error(
      `the kernel exports no function process(inputs, outputs, frames, parameters), and the definition has no start() that calls another one; the functions it exports: ${names.join(", ") || "none"}`,
    );
  }
  return {
    process: (frames) =>
      process(storage.inputsAddress, storage.outputsAddress, frames, storage.parametersAddress, events.address, events.count),
    ...(typeof latency === "function" ? { latency: checkedLatency(latency()) } : {}),
  };
}

function checkedRun(run: KernelRun): KernelRun {
  try {
    if (typeof run !== "object" || run === null || typeof run.process !== "function") {
      throw new TypeError(`start() returns an object { process(frames), … }; ${described(run)} came`);
    }
    if (run.latency !== undefined) checkedLatency(run.latency);
    return run;
  } catch (error) {
    try {
      // The kernel has begun, so it has to end.
      run?.dispose?.();
    } catch {
      // Of interest is what was wrong first.
    }
    throw error;
  }
}

function checkedLatency(latency: unknown): number {
  if (typeof latency === "number" && Number.isFinite(latency) && latency >= 0) return latency;
  throw unlike(RangeError, "a kernel's latency is a number of frames, 0 or more", latency);
}
