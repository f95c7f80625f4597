// What a kernel's node and its processor say to each other. Both directions share the node's one port with the user's own
// messages, so each of ours travels in an envelope: an object with one property of this name.

import type { BusConfig } from "../config";
import type { Diagnostics } from "../diagnostics";
import type { DeclaredMemory } from "../kernel/module-bytes";
import type { ErrorData } from "./error-data";

const ENVELOPE = "wasm-process-buffers";

/** A message of ours, as it is posted. */
export interface Envelope<M> {
  readonly [ENVELOPE]: M;
}

/** What a processor is made with. */
export interface KernelRequest {
  readonly config: BusConfig;
  readonly module: WebAssembly.Module;
  /** The same for all nodes of one compiled module. Each clone of a module is another object, so the objects do not tell. */
  readonly moduleId: string;
  /** What the module's bytes say of the memory that it imports; a compiled module does not tell. */
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
  /** Asks for an answer of this number. */
  | { readonly kind: "ask"; readonly number: number }
  /** Levels at this interval in ms: into `words`, where the two share memory, else by messages. */
  | { readonly kind: "meter"; readonly meter: number; readonly interval: number; readonly words: Int32Array | undefined }
  /** Levels have arrived, so that the next ones may be sent. */
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
 * How a node goes on after an error. "silence": for good; the kernel is not called again. "restart": with a new instance. "continue": as
 * before, because what threw was not the kernel's block but what handles a message, or ends the node.
 */
export type KernelErrorOutcome = "silence" | "restart" | "continue";

/** What a meter shows of one bus. */
export interface BusLevels {
  /** Channels that the host delivers to an input bus, and that the kernel has for an output bus, in the latest block. */
  readonly connected: number;
  /** Largest magnitude of each declared channel since the levels before, where 1 is full scale. NaN where the kernel wrote it. */
  readonly peaks: readonly number[];
}

/** What a meter shows of a node. */
export interface KernelLevels {
  /** Of each input bus, as the kernel has it. */
  readonly inputs: readonly BusLevels[];
  /** Of each output bus. */
  readonly outputs: readonly BusLevels[];
  /** The storage's counts, from the start on. */
  readonly diagnostics: Readonly<Diagnostics>;
}

/** A message in its envelope. */
export function enveloped<M extends NodeMessage | ProcessorMessage | KernelRequest>(message: M): Envelope<M> {
  return { [ENVELOPE]: message };
}

/** What is in an envelope; undefined for what is none, which is somebody else's. */
export function opened<M extends NodeMessage | ProcessorMessage | KernelRequest>(data: unknown): M | undefined {
  if (typeof data !== "object" || data === null || !(ENVELOPE in data)) return undefined;
  return (data as Envelope<M>)[ENVELOPE];
}
