import { FixedBlocks } from "../blocks/fixed-blocks";
import { type BusConfig, frozenBusConfig } from "../config";
import { addDiagnostics } from "../diagnostics";
import { EventQueue } from "../events/event-queue";
import type { HostBuses } from "../hosts/host-lists";
import type { HostParameterValues } from "../hosts/host-parameters";
import type { Kernel } from "../kernel/instantiate-kernel";
import { described, unlike } from "../messages";
import { renderQuantumFrames, type StorageOptions } from "../options";
import type { SampleFormat } from "../sample-format";
import { ProcessBufferStorage } from "../storage";
import type { KernelContext, KernelDefinition, KernelRun } from "./kernel-definition";
import type { Meters } from "./meters";
import { workletScope } from "./worklet-scope";

/** What a node gives its kernel. */
export interface Surroundings {
  readonly data: unknown;
  post(data: unknown, transfer?: object[]): void;
}

/** A kernel from its instance to its end, and all that it has: a storage, blocks of its own length, events. */
export class KernelLife {
  readonly storage: ProcessBufferStorage<SampleFormat>;
  readonly events: EventQueue;
  private readonly blocks: FixedBlocks<SampleFormat> | undefined;
  private readonly run: KernelRun;
  /** First frame of the block that is rendered. */
  private frame = 0;

  /**
   * [setup] Nothing stays allocated when it throws.
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

  /** In frames: the blocks' and what the kernel says of itself. */
  get latency(): number {
    const { latency = 0 } = this.run;
    // A kernel may change its own; what is no number of frames counts as none.
    return (this.blocks?.latency ?? 0) + (latency >= 0 && latency < Number.POSITIVE_INFINITY ? latency : 0);
  }

  /** [render] A block of the host's. Throws what the kernel throws. */
  render(inputs: HostBuses, outputs: HostBuses, parameters: HostParameterValues, meters: Meters): void {
    const { blocks, storage } = this;
    if (blocks === undefined) {
      this.frame = workletScope.currentFrame;
      this.renderBlock(storage.collect(inputs, outputs, parameters), meters);
      storage.deliver(outputs);
      return;
    }
    // The kernel's blocks count from the first frame ever collected, the context's clock from its own.
    const origin = workletScope.currentFrame - blocks.collectedFrames;
    blocks.collect(inputs, outputs, parameters);
    while (blocks.next()) {
      this.frame = origin + blocks.blockStart;
      this.renderBlock(storage.frames, meters);
    }
    blocks.deliver(outputs);
  }

  /** [setup] Throws what the kernel throws. */
  message(data: unknown): void {
    this.run.message?.(data);
  }

  /** [setup] What waits, what stays and what was counted goes on in a kernel that takes this one's place. */
  takeOver({ storage, events }: KernelLife): void {
    this.storage.buffers.parameters?.takeOver(storage.buffers.parameters);
    this.events.takeOver(events);
    addDiagnostics(this.storage.buffers.diagnostics, storage.diagnostics);
  }

  /** [setup] Throws what the kernel throws; the storage is freed all the same. */
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
  if (typeof kernel?.exports !== "object" || typeof kernel.heap !== "object") {
    throw unlike(TypeError, "instantiate() returns a kernel { exports, heap }", kernel?.exports === undefined ? kernel : kernel.heap);
  }
  const own: Partial<StorageOptions<SampleFormat>> = definition.storage?.(kernel) ?? {};
  if (typeof own !== "object") throw unlike(RangeError, "storage() returns options of the storage", own);
  if (blockFrames !== undefined && own.maxFrames !== undefined && own.maxFrames !== blockFrames) {
    throw new RangeError(
      `blockFrames ${blockFrames} is how long the kernel's blocks are; storage() says maxFrames ${described(own.maxFrames)}. Leave one of them out`,
    );
  }
  return { heap: kernel.heap, channelInterpretation: "speakers", ...(blockFrames === undefined ? {} : { maxFrames: blockFrames }), ...own };
}

/** The kernel's own `process`, called with all that there is. A wasm function takes those arguments that it declares. */
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
  if (typeof run !== "object" || run === null || typeof run.process !== "function") {
    throw new TypeError(`start() returns an object { process(frames), … }; ${described(run)} came`);
  }
  if (run.latency !== undefined) checkedLatency(run.latency);
  return run;
}

function checkedLatency(latency: unknown): number {
  if (typeof latency === "number" && Number.isFinite(latency) && latency >= 0) return latency;
  throw unlike(RangeError, "a kernel's latency is a number of frames, 0 or more", latency);
}
