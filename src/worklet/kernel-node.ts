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

/** How a kernel's node is made. An option of an unknown name is a RangeError. */
export interface KernelNodeOptions {
  /** The kernel: a compiled module, its bytes, the response that brings them, or its URL. Equal bytes are compiled only once. */
  readonly module: KernelSource;
  /**
   * The buses and parameters with which the processor was registered: import them on both sides. It may be a whole
   * {@link KernelDefinition}, of which only buses and parameters are read.
   */
  readonly config: BusConfig;
  /** The kernel's `start` gets it as `data`. Anything that structured clone can copy. */
  readonly data?: unknown;
  /** Initial values of parameters by name, instead of their defaults. Finite numbers. */
  readonly parameterData?: Readonly<Record<string, number>>;
  /**
   * Seconds that the node goes on rendering after its inputs have ended, in addition to its latency; 0 or more. The inputs have
   * ended when all their samples are exactly 0, and one was not before. Then the node ends as by {@link KernelNode.dispose}.
   * Default Infinity: it renders until `dispose`.
   */
  readonly tail?: number;
  /**
   * What the node does when the kernel throws while it renders. "silence" (default): it ends. "restart": it goes on with a new
   * instance, at most three times within a minute, and then ends. In both cases it dispatches a "kernelerror" event.
   */
  readonly onTrap?: "silence" | "restart";
  /**
   * "own" (default): the node has an instance of its own, with its own memory. "shared": all nodes of this processor and module
   * in this context share one instance. Engines limit the number of memories in a process (Chromium: 125).
   */
  readonly instance?: "own" | "shared";
  /** The engine's AudioWorkletNode, if it is no global. Default: the global, or else that of the package node-web-audio-api. */
  readonly AudioWorkletNode?: NodeClassOfPage;
}

/**
 * An AudioWorkletNode that plays a kernel. Its `port` is for messages of the caller's own: what is posted to it reaches the
 * kernel's `message`, and what the kernel posts is a "message" event of it.
 */
export interface KernelNode extends NodeOfPage {
  /** In frames: the latency of the kernel's block length, plus the kernel's own. A "latencychange" event tells of a change. */
  readonly latency: number;
  /**
   * [setup] Sends an event to the kernel. An event whose time is over takes effect at the first frame of the next block. At most
   * 256 events wait; others are refused, and counted in `diagnostics.refusedEvents`.
   *
   * @param time When the event takes effect, in seconds of the context's clock.
   * @param type Unsigned 32-bit whole number, as is `a`. Host and kernel agree on what `type`, `a` and `b` mean.
   * @param b Becomes a 32-bit float.
   * @throws RangeError when an argument is no finite number.
   */
  schedule(time: number, type: number, a: number, b: number): void;
  /**
   * [setup] Calls `listener` with levels and counts, at most once every `interval` milliseconds, and only if a block was rendered
   * since the last call. If the page is cross-origin isolated, they are read from memory that the worklet shares. Otherwise the
   * worklet sends them, one message at a time.
   *
   * @param interval Milliseconds, 0 or more.
   * @returns A function that ends the meter.
   * @throws RangeError when `interval` is no such number; TypeError when `listener` is no function.
   */
  meter(interval: number, listener: (levels: KernelLevels) => void): () => void;
  /**
   * [setup] Resolves when the processor has received everything that was sent to it before, or when the node has ended. An
   * offline context may take messages only after it has rendered, even those that were sent before.
   */
  received(): Promise<void>;
  /** [setup] As of any AudioWorkletNode, also for the events of {@link KernelNodeEventMap}. */
  addEventListener<K extends keyof KernelNodeEventMap>(
    type: K,
    listener: (this: KernelNode, event: KernelNodeEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** [setup] As of any AudioWorkletNode, for events of other types. */
  addEventListener(type: string, listener: EventListener | EventListenerObject, options?: boolean | AddEventListenerOptions): void;
  /**
   * [setup] Ends the node: it is disconnected, its storage is freed, and its processor can be collected, because `process`
   * returns false. When that is done there is an "ended" event. Idempotent.
   */
  dispose(): void;
}

/** The events of a {@link KernelNode}, in addition to those of any AudioWorkletNode. */
export interface KernelNodeEventMap {
  /** The processor threw. A processor of this package catches what its kernel throws, so this is not expected. */
  processorerror: Event;
  /** The kernel threw. */
  kernelerror: KernelErrorEvent;
  /** {@link KernelNode.latency} has changed. */
  latencychange: Event;
  /** The node renders no more: it was disposed of, its tail is over, or its kernel has failed and is not restarted. */
  ended: Event;
}

/**
 * A "kernelerror" event of a node. Unless a listener calls `preventDefault`, the error is written to the console, too.
 */
export interface KernelErrorEvent extends Event {
  /** What was thrown: with its own class, if the language, WebAssembly or this package has it; else an Error. */
  readonly error: Error;
  /** The error's message. */
  readonly message: string;
  /** The latest block of the host when it was thrown. The first block that the node rendered is 1. */
  readonly block: number;
  /** That block's first frame, counted from the context's start. */
  readonly frame: number;
  /** What the node does next. */
  readonly outcome: KernelErrorOutcome;
}

/**
 * [setup] On the page: makes a node that plays a kernel. The context may be suspended. The processor has to be registered by
 * {@link registerKernelProcessor}, in a module that was added to `context.audioWorklet`.
 *
 * @param name The name under which the processor is registered.
 * @returns The node, once its kernel is ready.
 * @throws As a rejection. {@link BusConfigError} for the configuration, with code "different-config" if the processor has another
 * one; RangeError and TypeError for the options; Error when no such processor is registered, when the module cannot be fetched or
 * does not compile, and when the context closes before the node is ready. What the worklet's side throws rejects, too, with its
 * class, message, code and cause.
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
  // A whole definition may come. Only its buses and parameters can be posted: the rest may be functions.
  const config = frozenBusConfig(options.config);
  const buses = nodeOptionsFor(config);
  checkParameterData(parameterData, config);
  const Base = nodeClass(options.AudioWorkletNode);
  checkOpen(context);
  const compiled = await compiledModule(source);
  const { module, id, memory } = compiled;
  const request: KernelRequest = { config, module, moduleId: id, memory, data, tail, onTrap, instance };
  checkOpen(context);
  const nodeOptions: AudioWorkletNodeOptions = { ...buses, processorOptions: enveloped(request) };
  if (parameterData !== undefined) nodeOptions.parameterData = parameterData;
  return kernelNode(Base, context, name, nodeOptions, compiled);
}

/** @throws Error for a context that is closed: its worklet answers nothing. */
function checkOpen({ state }: ContextOfPage): void {
  if (state === "closed") throw closedError();
}

function closedError(): Error {
  return new Error("the context is closed, so no node can play in it; make another context");
}

function checkedOptions(options: KernelNodeOptions) {
  checkNames(options, ["module", "config", "data", "parameterData", "tail", "onTrap", "instance", "AudioWorkletNode"]);
  const { tail = Number.POSITIVE_INFINITY, onTrap = "silence", instance = "own" } = options;
  if (typeof tail !== "number" || !(tail >= 0)) throw unlike(RangeError, "option tail is a number of seconds, 0 to Infinity", tail);
  if (onTrap !== "silence" && onTrap !== "restart") throw unlike(RangeError, 'option onTrap is "silence" or "restart"', onTrap);
  if (instance !== "own" && instance !== "shared") throw unlike(RangeError, 'option instance is "own" or "shared"', instance);
  return { ...options, tail, onTrap, instance };
}

/** @throws RangeError that names a parameter that is not declared, or a value that is no finite number. */
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

/** The engine's AudioWorkletNode. If none is global, that of node-web-audio-api. */
function nodeClass(given: typeof AudioWorkletNode | undefined): typeof AudioWorkletNode {
  if (given !== undefined) return given;
  if (typeof AudioWorkletNode === "function") return AudioWorkletNode;
  try {
    return (installedPackage("node-web-audio-api") as { AudioWorkletNode: typeof AudioWorkletNode }).AudioWorkletNode;
  } catch (cause) {
    throw new Error("there is no AudioWorkletNode here; hand over your engine's as option AudioWorkletNode", { cause });
  }
}

/** The class is made in this call: it extends AudioWorkletNode, which does not exist everywhere the package is imported. */
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
    /** What the kernel posted before the caller had the node, and could listen. Undefined once it is dispatched again. */
    private early: MessageEvent[] | undefined = [];
    /** Keeps the module from being collected, so that later nodes find it compiled. */
    readonly compiled = compiled;

    /** Resolves when the processor says that its kernel is ready. */
    started(): Promise<KernelNode> {
      return new Promise((resolve, reject) => {
        const failed = (error: Error) => {
          forgetClosing();
          this.end();
          this.disconnect();
          reject(error);
        };
        const forgetClosing = whenClosed(this.context, () => failed(closedError()));
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
            forgetClosing();
            this.latency = message.latency;
            this.state = "playing";
            resolve(this);
            // In a later task: code that awaits the node runs before, and can add its listeners.
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
      if (this.state === "ended") return () => {};
      const meter = ++this.metered;
      const words = sharedWords(config);
      let timer: ReturnType<typeof setInterval> | undefined;
      if (words !== undefined) {
        timer = setInterval(
          () => {
            if (hasLevels(words)) listener(levelsFrom(words, config));
            // A closed context renders no more, and its nodes get no event.
            if (this.context.state === "closed") this.stopMeters();
          },
          Math.min(interval, LONGEST_TIMER),
        );
        // So that the timer does not keep a Node process alive.
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
      if (this.state === "ended" || this.context.state === "closed") return Promise.resolve();
      return new Promise((resolve) => {
        const answered = () => {
          forgetClosing();
          resolve();
        };
        const forgetClosing = whenClosed(this.context, answered);
        this.questions[++this.asked] = answered;
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
          // Before the listener, which may throw.
          this.send({ kind: "seen", meter: message.meter });
          this.meters.get(message.meter)?.show(message.levels);
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
          this.disconnect();
          this.dispatchEvent(new Event("ended"));
      }
    }

    private tell({ error: data, block, frame, outcome }: Extract<ProcessorMessage, { kind: "error" }>): void {
      const error = errorFrom(data);
      const event = Object.assign(new Event("kernelerror", { cancelable: true }), { error, message: error.message, block, frame, outcome });
      if (this.dispatchEvent(event)) console.error(`the kernel of "${name}" failed in block ${block} (${outcome}):`, error);
    }

    /** The processor has ended, or has never started. */
    private end(): void {
      this.state = "ended";
      this.stopMeters();
      for (const resolve of Object.values(this.questions)) resolve();
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

/**
 * Calls `action` when a context in real time closes: its worklet answers nothing from then on. The messages of an offline context, which
 * is closed when all is rendered, still come. Returns a function that ends the waiting.
 */
function whenClosed(context: BaseAudioContext, action: () => void): () => void {
  if ("startRendering" in context) return () => {};
  const look = () => {
    if (context.state === "closed") action();
  };
  context.addEventListener("statechange", look);
  return () => context.removeEventListener("statechange", look);
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

/** In milliseconds. A timer that is to wait longer fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A copy of an event that was stopped. In Node, a stopped event stays stopped when it is dispatched again. */
function again({ data, ports }: MessageEvent): MessageEvent {
  return new MessageEvent("message", { data, ports: [...ports] });
}

/** Memory that the worklet can write and this page can read; undefined if the page may not share memory. */
function sharedWords(config: BusConfig): Int32Array | undefined {
  const scope = globalThis as { crossOriginIsolated?: boolean; SharedArrayBuffer?: unknown };
  const isIsolated = scope.crossOriginIsolated ?? true;
  return isIsolated && typeof scope.SharedArrayBuffer === "function" ? wordsFor(config, true) : undefined;
}
