import { type BusConfig, frozenBusConfig } from "../config";
import { checkNames, described, unlike } from "../messages";
import { type CompiledModule, compiledModule, type KernelSource } from "./compiled-modules";
import { errorFrom } from "./error-data";
import { hasLevels, levelsFrom, wordsFor } from "./meter-words";
import { installedPackage } from "./node-js";
import { nodeOptionsFor } from "./node-options";
import type { ContextOfPage, NodeClassOfPage, NodeOfPage } from "./page-types";
import {
  enveloped,
  type KernelErrorOutcome,
  type KernelLevels,
  type KernelRequest,
  type NodeMessage,
  opened,
  type ProcessorMessage,
} from "./protocol";

/** How a kernel's node is made. An option of another name is a RangeError. */
export interface KernelNodeOptions {
  /** The kernel: compiled, as bytes, as the response that brings them, or its URL. Compiled once for all nodes of the same bytes. */
  readonly module: KernelSource;
  /** What the processor was registered with: import it on both sides. Its buses and parameters are what counts; the rest of a definition is the worklet's own. */
  readonly config: BusConfig;
  /** For the kernel's `start`: whatever can be cloned. */
  readonly data?: unknown;
  /** Values that parameters begin with, by name, in place of their defaults. */
  readonly parameterData?: Readonly<Record<string, number>>;
  /**
   * Seconds for which the node renders on after its inputs have ended: none has a sample that is not exactly zero, after there was one. The latency comes on top.
   * Then it ends as {@link KernelNode.dispose} ends it. Default Infinity: it renders until `dispose`.
   */
  readonly tail?: number;
  /** What follows where the kernel throws: "silence" (default), for good; or "restart": a new instance, at most three within a minute. Both are told by a "kernelerror" event. */
  readonly onTrap?: "silence" | "restart";
  /** "own" (default): an instance for this node. "shared": one for all nodes of this processor and module in this context, since engines cap the memories of a process (Chromium: 125). */
  readonly instance?: "own" | "shared";
  /** The engine's class, where it is no global. Default: the global one; without it that of node-web-audio-api. */
  readonly AudioWorkletNode?: NodeClassOfPage;
}

/** An AudioWorkletNode that plays a kernel. Its `port` is the caller's: what is posted there comes to the kernel's `message`, what the kernel posts comes from it. */
export interface KernelNode extends NodeOfPage {
  /** In frames: what the kernel's blocks take, and what the kernel says of itself. May change; a "latencychange" event tells. */
  readonly latency: number;
  /**
   * [setup] An event for the kernel: at `time` of the context, in seconds. Late ones come at once.
   *
   * @throws RangeError for what is no finite number.
   */
  schedule(time: number, type: number, a: number, b: number): void;
  /**
   * [setup] Shows `listener` the levels and the counts at most every `interval` ms, as long as there is something new: read from memory that the
   * worklet shares, where the page is cross-origin isolated; else sent, one message at a time. Returns what ends it.
   *
   * @throws RangeError for an interval that is none; TypeError for a listener that is none.
   */
  meter(interval: number, listener: (levels: KernelLevels) => void): () => void;
  /** [setup] Resolves when the processor has all that was sent before. An offline context may handle what was sent before it renders only when it is through. */
  received(): Promise<void>;
  /** [setup] An AudioWorkletNode's own, with the events of {@link KernelNodeEventMap}. */
  addEventListener<K extends keyof KernelNodeEventMap>(
    type: K,
    listener: (this: KernelNode, event: KernelNodeEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** [setup] An AudioWorkletNode's own, for events of any other type. */
  addEventListener(type: string, listener: EventListener | EventListenerObject, options?: boolean | AddEventListenerOptions): void;
  /** [setup] Ends the node: disconnects it, its `process` returns false, its storage is freed, and what it holds can be collected. An "ended" event tells. Idempotent. */
  dispose(): void;
}

/** The events of a {@link KernelNode}, beside an AudioWorkletNode's. */
export interface KernelNodeEventMap {
  /** The processor threw, which one of this package's does not. */
  processorerror: Event;
  /** The kernel threw. */
  kernelerror: KernelErrorEvent;
  /** {@link KernelNode.latency} is another one. */
  latencychange: Event;
  /** The node renders no more: it was disposed of, its tail is over, or its kernel failed for good. */
  ended: Event;
}

/**
 * What a "kernelerror" event of a node says. Where nobody calls its `preventDefault`, the error is written to the console.
 */
export interface KernelErrorEvent extends Event {
  /** What was thrown: of its own class where the language, WebAssembly or this package has it. */
  readonly error: Error;
  /** Its message. */
  readonly message: string;
  /** In which block of the host's, counted from the node's first one as 1. */
  readonly block: number;
  /** That block's first frame, counted from the context's start. */
  readonly frame: number;
  /** How it goes on. */
  readonly outcome: KernelErrorOutcome;
}

/**
 * [setup] On the page: makes a node that plays a kernel, in a suspended context, too. The processor of that name is registered by `registerKernelProcessor`,
 * in a module that was added to `context.audioWorklet`.
 *
 * @param name As the processor was registered.
 * @returns The node, when the kernel is there.
 * @throws What was wrong, as a rejection: BusConfigError for the configuration, and "different-config" where the processor has another one;
 * RangeError and TypeError for options; Error where no such processor is registered, where the module cannot be had, and whatever the
 * worklet's side threw, with its class, message, code and cause.
 * @example
 * ```ts
 * await context.audioWorklet.addModule(new URL("./processor.js", import.meta.url));
 * const gain = await createKernelNode(context, "gain", { module: new URL("./gain.wasm", import.meta.url), config });
 * source.connect(gain).connect(context.destination);
 * gain.addEventListener("kernelerror", ({ message, outcome }) => show(message, outcome));
 * ```
 */
export async function createKernelNode(context: ContextOfPage, name: string, options: KernelNodeOptions): Promise<KernelNode> {
  const { module: source, data, parameterData, tail, onTrap, instance } = checkedOptions(options);
  // Of a whole definition the buses and parameters alone, which are data.
  const config = frozenBusConfig(options.config);
  const buses = nodeOptionsFor(config);
  checkParameterData(parameterData, config);
  const Base = nodeClass(options.AudioWorkletNode);
  const compiled = await compiledModule(source);
  const { module, id, memory } = compiled;
  const request: KernelRequest = { config, module, moduleId: id, memory, data, tail, onTrap, instance };
  const nodeOptions: AudioWorkletNodeOptions = { ...buses, processorOptions: enveloped(request) };
  if (parameterData !== undefined) nodeOptions.parameterData = parameterData;
  return kernelNode(Base, context, name, nodeOptions, compiled);
}

function checkedOptions(options: KernelNodeOptions) {
  checkNames(options, ["module", "config", "data", "parameterData", "tail", "onTrap", "instance", "AudioWorkletNode"]);
  const { tail = Number.POSITIVE_INFINITY, onTrap = "silence", instance = "own" } = options;
  if (typeof tail !== "number" || !(tail >= 0)) throw unlike(RangeError, "option tail is a number of seconds, 0 to Infinity", tail);
  if (onTrap !== "silence" && onTrap !== "restart") throw unlike(RangeError, 'option onTrap is "silence" or "restart"', onTrap);
  if (instance !== "own" && instance !== "shared") throw unlike(RangeError, 'option instance is "own" or "shared"', instance);
  return { ...options, tail, onTrap, instance };
}

/** @throws RangeError that names a parameter that is none, or its value. */
function checkParameterData(values: Readonly<Record<string, number>> = {}, { parameters = [] }: BusConfig): void {
  if (typeof values !== "object" || values === null) throw unlike(RangeError, "option parameterData is an object of numbers", values);
  const names = parameters.map(({ name }) => name);
  for (const [name, value] of Object.entries(values)) {
    if (!names.includes(name)) {
      throw new RangeError(
        `option parameterData names ${described(name)}, which is no parameter; the parameters are ${names.join(", ") || "none"}`,
      );
    }
    if (!Number.isFinite(value)) throw unlike(RangeError, `option parameterData has a finite number for ${described(name)}`, value);
  }
}

/** The engine's class. Where none is global, that of Node's audio engine. */
function nodeClass(given: typeof AudioWorkletNode | undefined): typeof AudioWorkletNode {
  if (given !== undefined) return given;
  if (typeof AudioWorkletNode === "function") return AudioWorkletNode;
  try {
    return (installedPackage("node-web-audio-api") as { AudioWorkletNode: typeof AudioWorkletNode }).AudioWorkletNode;
  } catch (cause) {
    throw new Error("there is no AudioWorkletNode here; hand over your engine's as option AudioWorkletNode", { cause });
  }
}

/** The class is made here, because it extends one that not every place has in which the package is imported. */
function kernelNode(
  Base: typeof AudioWorkletNode,
  context: BaseAudioContext,
  name: string,
  options: AudioWorkletNodeOptions,
  compiled: CompiledModule,
): Promise<KernelNode> {
  const { config } = opened<KernelRequest>(options.processorOptions)!;
  class PlayingNode extends Base implements KernelNode {
    latency = 0;
    private readonly meters = new Map<number, { readonly show: (levels: KernelLevels) => void; readonly timer: unknown }>();
    private readonly questions: (() => void)[] = [];
    private asked = 0;
    private metered = 0;
    private state: "starting" | "playing" | "ended" = "starting";
    /** What the kernel posted before the caller could listen; undefined from then on. */
    private early: MessageEvent[] | undefined = [];
    /** Held, so that nodes to come find it compiled. */
    readonly compiled = compiled;

    /** Resolves when the kernel is there. */
    started(): Promise<KernelNode> {
      return new Promise((resolve, reject) => {
        const failed = (error: Error) => {
          this.end();
          this.disconnect();
          reject(error);
        };
        this.addEventListener("processorerror", () =>
          failed(new Error(`the processor "${name}" threw; was it registered by registerKernelProcessor?`)),
        );
        this.port.addEventListener("message", (event) => {
          const message = opened<ProcessorMessage>(event.data);
          if (message === undefined && this.early === undefined) return;
          event.stopImmediatePropagation();
          if (message === undefined) {
            this.early?.push(event);
            return;
          }
          if (message.kind === "failed") failed(errorFrom(message.error));
          else if (message.kind === "ready") {
            this.latency = message.latency;
            this.state = "playing";
            resolve(this);
            // After those who wait for the node, so that they can listen.
            setTimeout(() => this.repeatEarly());
          } else this.take(message);
        });
        this.port.start();
      });
    }

    schedule(time: number, type: number, a: number, b: number): void {
      const found = [time, type, a, b].findIndex((value) => typeof value !== "number" || !Number.isFinite(value));
      if (found >= 0) {
        throw unlike(RangeError, "an event has a time in seconds, a type, and two values, all of them finite", [time, type, a, b][found]);
      }
      this.send({ kind: "event", time, type, a, b });
    }

    meter(interval: number, listener: (levels: KernelLevels) => void): () => void {
      if (typeof interval !== "number" || !(interval >= 0 && interval < Number.POSITIVE_INFINITY)) {
        throw unlike(RangeError, "a meter's interval is a number of milliseconds, 0 or more", interval);
      }
      if (typeof listener !== "function") throw unlike(TypeError, "a meter's listener is a function", listener);
      const meter = ++this.metered;
      const words = sharedWords(config);
      let timer: ReturnType<typeof setInterval> | undefined;
      if (words !== undefined) {
        timer = setInterval(() => {
          if (hasLevels(words)) listener(levelsFrom(words, config));
          // Nothing is to come. A context that is closed does not tell its nodes.
          if (this.context.state === "closed") this.stopMeters();
        }, interval);
        // In Node a timer keeps the process alive.
        (timer as { unref?(): void }).unref?.();
      }
      this.meters.set(meter, { show: listener, timer });
      this.send({ kind: "meter", meter, interval, words });
      return () => {
        if (!this.meters.delete(meter)) return;
        clearInterval(timer);
        this.send({ kind: "unmeter", meter });
      };
    }

    received(): Promise<void> {
      if (this.state === "ended") return Promise.resolve();
      return new Promise((resolve) => {
        this.questions[++this.asked] = resolve;
        this.send({ kind: "ask", number: this.asked });
      });
    }

    dispose(): void {
      if (this.state === "ended") return;
      this.disconnect();
      this.send({ kind: "dispose" });
      this.stopMeters();
    }

    private repeatEarly(): void {
      const { early = [] } = this;
      this.early = undefined;
      for (const event of early) this.port.dispatchEvent(again(event));
    }

    private take(message: ProcessorMessage): void {
      switch (message.kind) {
        case "answer":
          this.questions[message.number]?.();
          delete this.questions[message.number];
          break;
        case "levels":
          this.meters.get(message.meter)?.show(message.levels);
          this.send({ kind: "seen", meter: message.meter });
          break;
        case "latency":
          this.latency = message.latency;
          this.dispatchEvent(new Event("latencychange"));
          break;
        case "error":
          this.tell(message);
          break;
        case "ended":
          this.end();
          this.dispatchEvent(new Event("ended"));
      }
    }

    private tell({ error: data, block, frame, outcome }: Extract<ProcessorMessage, { kind: "error" }>): void {
      const error = errorFrom(data);
      const event = Object.assign(new Event("kernelerror", { cancelable: true }), { error, message: error.message, block, frame, outcome });
      if (this.dispatchEvent(event)) console.error(`the kernel of "${name}" failed in block ${block} (${outcome}):`, error);
    }

    /** The processor is no more. */
    private end(): void {
      this.state = "ended";
      this.stopMeters();
      for (const resolve of Object.values(this.questions)) resolve();
      this.questions.length = 0;
      this.port.close();
    }

    private stopMeters(): void {
      for (const { timer } of this.meters.values()) clearInterval(timer as ReturnType<typeof setInterval>);
      this.meters.clear();
    }

    private send(message: NodeMessage): void {
      if (this.state !== "ended") this.port.postMessage(enveloped(message));
    }
  }

  return made(PlayingNode, context, name, options).started();
}

function made<N>(
  Node: new (context: BaseAudioContext, name: string, options: AudioWorkletNodeOptions) => N,
  ...of: [BaseAudioContext, string, AudioWorkletNodeOptions]
): N {
  try {
    return new Node(...of);
  } catch (cause) {
    if ((cause as Error).name !== "InvalidStateError") throw cause;
    throw new Error(
      `no processor ${described(of[1])} is registered in this context: await context.audioWorklet.addModule of its module first`,
      {
        cause,
      },
    );
  }
}

/** An event that was dispatched cannot be dispatched again. */
function again({ data, ports }: MessageEvent): MessageEvent {
  return new MessageEvent("message", { data, ports: [...ports] });
}

/** Memory that the worklet can write and this page can read; undefined where the engine has none to share. */
function sharedWords(config: BusConfig): Int32Array | undefined {
  const scope = globalThis as { crossOriginIsolated?: boolean; SharedArrayBuffer?: unknown };
  const isIsolated = scope.crossOriginIsolated ?? true;
  return isIsolated && typeof scope.SharedArrayBuffer === "function" ? wordsFor(config, true) : undefined;
}
