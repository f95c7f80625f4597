import { MAX_BUSES, MAX_CHANNELS } from "../abi";
import { LARGEST_SMALL_INTEGER } from "../block";
import { busAt, channelAt, copy, entriesOf, type HostBuses } from "../hosts/host-lists";
import type { HostParameterValues } from "../hosts/host-parameters";
import type { Kernel } from "../kernel/instantiate-kernel";
import { checkNames, unlike } from "../messages";
import { NO_SAMPLES, type SampleFormat } from "../sample-format";
import { type ErrorData, errorDataOf, UNREADABLE } from "./error-data";
import type { KernelDefinition } from "./kernel-definition";
import { type KernelInstance, kernelInstance } from "./kernel-instances";
import { busesOf, KernelLife, type Legacy } from "./kernel-life";
import { Meters } from "./meters";
import { enveloped, type KernelErrorOutcome, type KernelRequest, type NodeMessage, opened, type ProcessorMessage } from "./protocol";
import { checkSameConfig } from "./same-config";
import { Tail } from "./tail";
import { workletScope } from "./worklet-scope";

/**
 * The work of the processor of a kernel's node: it makes the kernel, renders with it, handles the node's messages, and ends.
 * Errors are caught and sent to the node: an engine silences a processor that throws, and not every engine tells what was thrown.
 */
export class KernelSession {
  private request: KernelRequest | undefined;
  private instance: KernelInstance | undefined;
  private life: KernelLife | undefined;
  private hasEnded = false;
  private tail = new Tail(Number.POSITIVE_INFINITY);
  private tailFrames = 0;
  private readonly meters = new Meters((meter, levels) => this.tell({ kind: "levels", meter, levels }));
  /** Messages that came while there was no kernel. They are handled once there is one. */
  private waiting: unknown[] = [];
  private toldLatency = 0;
  /** Blocks of the host so far. After {@link LARGEST_SMALL_INTEGER} it begins again at 0. */
  private block = 0;
  private frame = 0;
  /** A kernel that has failed while it rendered, until it is ended. */
  private trapped: Trapped | undefined;
  /** Times of the restarts within the last minute, in seconds of the context's clock. */
  private restarts: number[] = [];

  /** [setup] @param options The processor's `processorOptions`. */
  constructor(
    private readonly name: string,
    private readonly definition: KernelDefinition<SampleFormat>,
    private readonly port: MessagePort,
    options: unknown,
  ) {
    try {
      this.request = opened<KernelRequest>(options);
      if (this.request === undefined) throw new Error(`a node of "${name}" is made by createKernelNode, not by new AudioWorkletNode`);
      const { definition, request } = this;
      checkDefinition(definition);
      checkSameConfig(busesOf(definition), request.config);
      this.tail = new Tail(request.tail * workletScope.sampleRate);
      port.onmessage = ({ data }) => this.receive(data);
      this.begin((error) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  /** [render] Renders one block of the host. Returns what the processor's `process` has to return: whether the node goes on. */
  process(inputs: HostBuses, outputs: HostBuses, parameters: HostParameterValues): boolean {
    const { life } = this;
    if (life === undefined) return !this.hasEnded;
    this.block = (this.block + 1) & LARGEST_SMALL_INTEGER;
    try {
      if (this.tail.isOver(inputs, outputs, this.tailFrames)) {
        this.end();
        return false;
      }
      this.frame = workletScope.currentFrame;
      life.render(inputs, outputs, parameters, this.meters);
      this.meters.advance(inputs, outputs);
      if (life.latency !== this.toldLatency) this.tellLatency(life);
      return true;
    } catch (error) {
      silence(outputs);
      return this.failedRendering(life, error);
    }
  }

  /**
   * [setup] Makes an instance and starts the kernel: at once, or when the promise of the definition's `instantiate` resolves.
   *
   * @param failed Takes what goes wrong after a promise. Without a promise it is thrown.
   * @param legacy What the failed kernel has left that the new one replaces.
   */
  private begin(failed: (error: unknown) => void, legacy?: Legacy): void {
    const instance = kernelInstance(this.name, this.definition, this.request!);
    this.instance = instance;
    const enter = (kernel: Kernel) => {
      if (this.hasEnded) return;
      const { definition, request, port } = this;
      const post = (data: unknown, transfer: object[] = []) => port.postMessage(data, transfer as Transferable[]);
      const life = new KernelLife(definition, kernel, { data: request!.data, post });
      try {
        const { latency } = life;
        if (legacy !== undefined) {
          life.takeOver(legacy);
          if (latency !== this.toldLatency) this.tellLatency(life);
        } else {
          this.tell({ kind: "ready", latency });
          this.toldLatency = latency;
          this.tailFrames = latency;
        }
      } catch (error) {
        // A getter of the kernel's threw.
        endQuietly(life);
        throw error;
      }
      this.life = life;
      for (const data of this.waiting.splice(0)) this.receive(data);
    };
    const { kernel } = instance;
    if (kernel instanceof Promise) kernel.then(enter).catch(failed);
    else enter(kernel);
  }

  private receive(data: unknown): void {
    const { life } = this;
    const message = opened<NodeMessage>(data);
    if (message?.kind === "dispose") this.end();
    else if (message?.kind === "ask") this.tell({ kind: "answer", number: message.number });
    else if (this.hasEnded) return;
    else if (life === undefined) this.waiting.push(data);
    else if (message === undefined) this.guarded(() => life.message(data));
    else this.obey(message, life);
  }

  private obey(message: NodeMessage, { events }: KernelLife): void {
    const { sampleRate } = workletScope;
    if (message.kind === "event") events.push(frameAt(message.time, sampleRate), message.type, message.a, message.b);
    else if (message.kind === "meter")
      this.meters.add(message.meter, this.request!.config, message.words, (message.interval * sampleRate) / 1000);
    else if (message.kind === "seen") this.meters.seen(message.meter);
    else if (message.kind === "unmeter") this.meters.remove(message.meter);
  }

  /** Handles what the kernel threw while it rendered. It is not called again. Returns whether the node goes on. */
  private failedRendering(life: KernelLife, error: unknown): boolean {
    const restarts = this.request!.onTrap === "restart" && this.mayRestart();
    this.trapped = { life, instance: this.instance };
    this.instance?.retire();
    this.life = undefined;
    this.instance = undefined;
    this.tellError(error, restarts ? "restart" : "silence");
    if (!restarts) {
      this.end();
      return false;
    }
    // After `process`, because making an instance allocates.
    Promise.resolve().then(() => this.restart());
    return true;
  }

  private mayRestart(): boolean {
    const now = workletScope.currentFrame / workletScope.sampleRate;
    this.restarts = this.restarts.filter((time) => now - time < MINUTE);
    if (this.restarts.length >= MOST_RESTARTS) return false;
    this.restarts.push(now);
    return true;
  }

  private restart(): void {
    const { trapped } = this;
    // The node was disposed of meanwhile.
    if (trapped === undefined) return;
    const failed = (error: unknown) => {
      if (this.hasEnded) return;
      this.tellError(error, "silence");
      this.end();
    };
    try {
      const { legacy } = trapped.life;
      // Before the new instance is made: in a memory of the definition's, that one starts with the allocator as it was at first, and
      // what the failed kernel gave back would be its own.
      this.endTrapped();
      this.begin(failed, legacy);
    } catch (error) {
      failed(error);
    }
  }

  /** Ends the kernel that has failed, and releases its instance. */
  private endTrapped(): void {
    const { trapped } = this;
    if (trapped === undefined) return;
    this.trapped = undefined;
    endQuietly(trapped.life);
    trapped.instance?.release();
  }

  private end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const { life } = this;
    if (life !== undefined) this.guarded(() => life.end());
    this.life = undefined;
    this.instance?.release();
    this.instance = undefined;
    this.endTrapped();
    this.waiting = [];
    this.tell({ kind: "ended" });
    this.port.onmessage = null;
  }

  private fail(error: unknown): void {
    // It was disposed of while it awaited its kernel.
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.life = undefined;
    this.instance?.release();
    this.instance = undefined;
    this.tellWhole(error, (data) => ({ kind: "failed", error: data }));
    this.port.onmessage = null;
  }

  private guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.tellError(error, "continue");
    }
  }

  private tellError(error: unknown, outcome: KernelErrorOutcome): void {
    const { block, frame } = this;
    this.tellWhole(error, (data) => ({ kind: "error", error: data, block, frame, outcome }));
  }

  /**
   * Sends an error with all its properties. If one of them cannot be posted, all objects among them are described in words. If not
   * even that is possible, because getters of the error throw, the message says so.
   */
  private tellWhole(error: unknown, message: (error: ErrorData) => ProcessorMessage): void {
    for (const dataOf of [() => errorDataOf(error, "all"), () => errorDataOf(error, "simple"), () => UNREADABLE]) {
      try {
        this.tell(message(dataOf()));
        return;
      } catch {
        // The next one says less.
      }
    }
  }

  private tellLatency(life: KernelLife): void {
    this.toldLatency = life.latency;
    this.tailFrames = life.latency;
    this.tell({ kind: "latency", latency: life.latency });
  }

  private tell(message: ProcessorMessage): void {
    this.port.postMessage(enveloped(message));
  }
}

/** A kernel that is not called again, and the instance that it played on. */
interface Trapped {
  readonly life: KernelLife;
  readonly instance: KernelInstance | undefined;
}

function endQuietly(life: KernelLife): void {
  try {
    life.end();
  } catch {
    // The node already knows that the kernel has failed.
  }
}

const MOST_RESTARTS = 3;
/** In seconds. */
const MINUTE = 60;

const NAMES = [
  ...["inputs", "outputs", "parameters"],
  ...["imports", "pages", "heapBase"],
  ...["blockFrames", "sampleRate", "instantiate", "storage", "start"],
];

/** @throws RangeError, TypeError that name the entry; Error where the context is of another sample rate. */
function checkDefinition(definition: KernelDefinition<SampleFormat>): void {
  checkNames(definition, NAMES);
  const { blockFrames, sampleRate } = definition;
  if (blockFrames !== undefined && !(Number.isInteger(blockFrames) && blockFrames >= 1)) {
    throw unlike(RangeError, "blockFrames is a whole number of frames, 1 or more", blockFrames);
  }
  for (const name of ["instantiate", "storage", "start"] as const) {
    const hook = definition[name];
    if (hook !== undefined && typeof hook !== "function") throw unlike(TypeError, `${name} is a function`, hook);
  }
  if (sampleRate !== undefined && sampleRate !== workletScope.sampleRate) {
    throw new Error(
      `the kernel is made for ${sampleRate} Hz, and the context has ${workletScope.sampleRate} Hz; make it by new AudioContext({ sampleRate: ${sampleRate} }), so that the engine converts at its ends`,
    );
  }
}

/** A time in seconds as a frame. Rounding errors can give slightly less than a frame, so values close to one are rounded. */
function frameAt(time: number, sampleRate: number): number {
  const frame = time * sampleRate;
  const nearest = Math.round(frame);
  return Math.abs(frame - nearest) < NEARLY ? nearest : frame;
}

const NEARLY = 1e-3;

/** Fills the host's outputs with zeros: what the kernel wrote before it failed is not heard. */
function silence(outputs: HostBuses): void {
  const busCount = Math.min(entriesOf(outputs), MAX_BUSES);
  for (let b = 0; b < busCount; b++) {
    const channels = busAt(outputs, b);
    const channelCount = Math.min(entriesOf(channels), MAX_CHANNELS);
    for (let c = 0; c < channelCount; c++) {
      const samples = channelAt(channels, c, 0);
      if (samples !== undefined) copy(NO_SAMPLES, samples);
    }
  }
}
