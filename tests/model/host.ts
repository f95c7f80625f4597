// What hosts hand over, described so that fast-check can shrink it: mostly as declared, now and then with
// buses or channels too few or too many, of a length or of a kind that they should not have.

import type { HostBuses } from "wasm-process-buffers";
import { isDetached } from "./model";

export interface HostShape {
  /** Frames of each channel; 0 for as many as the storage holds at most. */
  readonly frames: number;
  /** Buses more than declared, or fewer. */
  readonly moreBuses: number;
  /** Channels more than declared, or fewer: bus b takes entry b, and begins again at the end. */
  readonly moreChannels: readonly number[];
  readonly odd: readonly Odd[];
  readonly signal: Signal;
  readonly frozen: Frozen;
  /** Whether every channel may change its length. */
  readonly isResizable?: boolean;
}

/** Which of the lists are frozen. */
export type Frozen = "all" | "outer" | "none";

/** One channel, or one whole bus, that is not as it should be. Places count round. */
export interface Odd {
  readonly bus: number;
  readonly channel: number;
  readonly kind: OddKind;
}

export const ODD_KINDS = [
  "null",
  "nothing",
  "empty",
  "detached",
  "resizable",
  "doubles",
  "list",
  "shorter",
  "longer",
  "no bus",
  "flat bus",
  "throwing",
] as const;
export type OddKind = (typeof ODD_KINDS)[number];

export interface Signal {
  readonly kind: "noise" | "constant" | "special";
  readonly seed: number;
}

/** Made twice of the same shape, a host is two hosts that are alike: one for the library, one for the model. */
export function hostOf(shape: HostShape, declared: readonly number[], maxFrames: number): HostBuses {
  const frames = shape.frames === 0 ? maxFrames : shape.frames;
  const busCount = Math.max(0, declared.length + shape.moreBuses);
  const buses: unknown[] = Array.from({ length: busCount }, (_, bus) => {
    const count = Math.max(0, (declared[bus] ?? 1) + (shape.moreChannels[bus % shape.moreChannels.length] ?? 0));
    return Array.from({ length: count }, (_, channel) => {
      const samples = samplesOf(shape.signal, bus * 32 + channel, frames);
      return shape.isResizable === true ? resizable(samples) : samples;
    });
  });
  for (const { bus, channel, kind } of shape.odd) {
    if (busCount === 0) break;
    const at = bus % busCount;
    const channels = buses[at];
    if (kind === "no bus") buses[at] = null;
    else if (kind === "flat bus") buses[at] = samplesOf(shape.signal, 997, frames);
    else if (Array.isArray(channels) && channels.length > 0) channels[channel % channels.length] = oddChannel(kind, shape.signal, frames);
  }
  return freeze(buses as unknown as HostBuses, shape.frozen);
}

export function freeze(buses: HostBuses, frozen: Frozen): HostBuses {
  if (frozen === "all") for (const channels of buses) if (Array.isArray(channels)) Object.freeze(channels);
  return frozen === "none" ? buses : Object.freeze(buses);
}

/** New samples in the same arrays, whatever of them can be written to. */
export function refill(buses: HostBuses, signal: Signal): void {
  for (const [b, channels] of buses.entries()) {
    for (const [c, channel] of (Array.isArray(channels) ? channels : []).entries()) {
      if (isWritable(channel)) channel.set(samplesOf(signal, b * 32 + c, channel.length));
    }
  }
}

/** Node's types do not know of buffers that change their length. */
const ResizableBuffer = ArrayBuffer as new (byteLength: number, options: { maxByteLength: number }) => ArrayBuffer;

/** The same samples, of as many frames as its buffer has at any time. */
function resizable(samples: Float32Array): Float32Array {
  const copy = new Float32Array(new ResizableBuffer(samples.byteLength, { maxByteLength: samples.byteLength + 16 }));
  copy.set(samples);
  return copy;
}

/** It becomes `frames` frames long, if it can. */
export function resize(channel: unknown, frames: number): void {
  if (!isWritable(channel)) return;
  const buffer = channel.buffer as ArrayBuffer & { resizable?: boolean; maxByteLength: number; resize(byteLength: number): void };
  if (buffer.resizable === true) buffer.resize(Math.min(4 * frames, buffer.maxByteLength));
}

/** Its memory goes to somebody else, as when a host posts it away. */
export function detach(channel: unknown): void {
  if (isWritable(channel)) structuredClone(channel.buffer, { transfer: [channel.buffer as ArrayBuffer] });
}

function isWritable(channel: unknown): channel is Float32Array {
  try {
    return channel instanceof Float32Array && !isDetached(channel.buffer);
  } catch {
    return false;
  }
}

/** Reproducible samples: the same seed and place give the same ones. */
export function samplesOf({ kind, seed }: Signal, place: number, frames: number): Float32Array {
  const roll = randomFractions(seed + place * 7919);
  const samples = new Float32Array(frames);
  if (kind === "constant") return samples.fill(roll() < 0.3 ? 0 : roll() - 0.5);
  for (let frame = 0; frame < frames; frame++) {
    samples[frame] = kind === "noise" || roll() < 0.5 ? roll() * 2.4 - 1.2 : SPECIAL[Math.floor(roll() * SPECIAL.length)]!;
  }
  return samples;
}

/** Returns a function that gives numbers 0 … 1, the same ones for the same seed. The generator is a 32-bit linear congruential one. */
export function randomFractions(seed: number): () => number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const SPECIAL = [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 1e-45, 3.4e38, 0.5 / 32768, -0.5 / 32768, 1.5 / 32768, 32767.5 / 32768];

function oddChannel(kind: OddKind, signal: Signal, frames: number): unknown {
  switch (kind) {
    case "null":
      return null;
    case "empty":
      return new Float32Array(0);
    case "detached": {
      const samples = new Float32Array(frames);
      detach(samples);
      return samples;
    }
    case "resizable":
      return resizable(samplesOf(signal, 996, frames));
    case "doubles":
      return new Float64Array(frames).fill(0.5);
    case "list":
      return Array(frames).fill(0.5);
    case "shorter":
      return samplesOf(signal, 999, Math.max(1, frames >> 1));
    case "longer":
      return samplesOf(signal, 998, frames + 3);
    case "throwing":
      return new Proxy(new Float32Array(frames), {
        get: () => {
          throw new Error("the host");
        },
        getPrototypeOf: () => {
          throw new Error("the host");
        },
      });
    default:
      return undefined;
  }
}
