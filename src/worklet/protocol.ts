// The messages between a kernel's node and its processor. They share the node's port with the caller's own messages. So each of
// them is sent in an envelope: an object with one property, which has the package's name.

import type { BusConfig } from "../config";
import type { Diagnostics } from "../diagnostics";
import type { DeclaredMemory } from "../kernel/module-bytes";
import type { ErrorData } from "./error-data";

const ENVELOPE = "wasm-process-buffers";

/** A message as it is posted. */
export interface Envelope<M> {
  readonly [ENVELOPE]: M;
}

/** What a node sends its processor when it makes it. */
export interface KernelRequest {
  readonly config: BusConfig;
  readonly module: WebAssembly.Module;
  /** The same for all nodes of one compiled module. Each worklet gets a clone of the module, and clones cannot be compared. */
  readonly moduleId: string;
  /** The memory that the module imports, as its bytes declare it. A compiled module does not tell. */
  readonly memory: DeclaredMemory | undefined;
  readonly data: unknown;
  /** In seconds. */
  readonly tail: number;
  readonly onTrap: "silence" | "restart";
  readonly instance: "own" | "shared";
}

/** From the node to its processor. */
export type NodeMessage =
  | { readonly kind: "event"; readonly time: number; readonly type: number; readonly a: number; readonly b: number }
  /** Asks for an "answer" with the same number. */
  | { readonly kind: "ask"; readonly number: number }
  /** Begins a meter. Levels are written into `words`; without them they are sent, at most once every `interval` milliseconds. */
  | { readonly kind: "meter"; readonly meter: number; readonly interval: number; readonly words: Int32Array | undefined }
  /** The levels of a meter have arrived, so the next ones may be sent. */
  | { readonly kind: "seen"; readonly meter: number }
  | { readonly kind: "unmeter"; readonly meter: number }
  | { readonly kind: "dispose" };

/** From the processor to its node. */
export type ProcessorMessage =
  | { readonly kind: "ready"; readonly latency: number }
  | { readonly kind: "failed"; readonly error: ErrorData }
  | { readonly kind: "answer"; readonly number: number }
  | { readonly kind: "levels"; readonly meter: number; readonly levels: KernelLevels }
  | { readonly kind: "latency"; readonly latency: number }
  | {
      readonly kind: "error";
      readonly error: ErrorData;
      readonly block: number;
      readonly frame: number;
      readonly outcome: KernelErrorOutcome;
    }
  | { readonly kind: "ended" };

/**
 * What a node does after an error. "silence": it ends, and the kernel is not called again. "restart": it goes on with a new
 * instance. "continue": the error changes nothing, because the kernel threw in `message` or in `dispose`, and not in `process`.
 */
export type KernelErrorOutcome = "silence" | "restart" | "continue";

/** The levels of one bus. */
export interface BusLevels {
  /** In the latest block: the channels that the host delivered to an input bus, or the length of an output bus. */
  readonly connected: number;
  /** Largest magnitude of each declared channel since the previous levels, where 1 is full scale. NaN if a sample was NaN. */
  readonly peaks: readonly number[];
}

/** The levels and counts of a node. */
export interface KernelLevels {
  /** One for each input bus: levels of what the kernel gets. */
  readonly inputs: readonly BusLevels[];
  /** One for each output bus. */
  readonly outputs: readonly BusLevels[];
  /** The storage's counts since the node's start, modulo 2^32. A restart keeps them. */
  readonly diagnostics: Readonly<Diagnostics>;
}

/** A message in its envelope. */
export function enveloped<M extends NodeMessage | ProcessorMessage | KernelRequest>(message: M): Envelope<M> {
  return { [ENVELOPE]: message };
}

/** The message in an envelope; undefined if `data` is none, but a message of the caller's own. */
export function opened<M extends NodeMessage | ProcessorMessage | KernelRequest>(data: unknown): M | undefined {
  if (typeof data !== "object" || data === null || !(ENVELOPE in data)) return undefined;
  return (data as Envelope<M>)[ENVELOPE];
}
