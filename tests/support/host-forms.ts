// Planar hosts in each of the four forms in which a storage copies them. What can be seen afterwards must be the same
// in all of them, so tests run through each, and see to it that it was really taken.

import { expect } from "vitest";
import type { HostBuses, ProcessBufferStorage, SampleFormat } from "wasm-process-buffers";

export type Form = "known" | "compared" | "plain" | "careful";
export const forms: readonly Form[] = ["known", "compared", "plain", "careful"];

/** Which form collected and which delivered last. */
export function takenForms<F extends SampleFormat>(storage: ProcessBufferStorage<F>): { collectedBy: Form; deliveredBy: Form } {
  const { collectedBy, deliveredBy } = (storage as unknown as { planar: { collectedBy: Form; deliveredBy: Form } }).planar;
  return { collectedBy, deliveredBy };
}

/** Elements of a typed array, whatever it says itself. Throws at what is none. */
export function trueLength(samples: unknown): number {
  return lengthGetter.call(samples);
}

const lengthGetter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Float32Array.prototype), "length")!.get!;

function hasSamples(channel: unknown): channel is Float32Array {
  try {
    return channel instanceof Float32Array && trueLength(channel) > 0;
  } catch {
    return false;
  }
}

/**
 * The same samples as a Float32Array that `instanceof` denies, as one of another realm is. Only the careful form takes
 * it: so whatever leads to such arrays is copied carefully, and is all the same otherwise.
 */
export function deniedByInstanceof(samples: Float32Array): Float32Array {
  return Object.setPrototypeOf(new Float32Array(samples.buffer, samples.byteOffset, trueLength(samples)), Int8Array.prototype);
}

/** Lists of the same channels that can be copied in `form`, but for the plain one, where lists must be other ones in each block. What is no list and no channel stays as it is. */
export function listsInForm(form: Form, buses: HostBuses): HostBuses {
  const freeze = form === "known" ? Object.freeze : <T>(list: T) => list;
  const channelOf = (channel: Float32Array) => (form === "careful" && hasSamples(channel) ? deniedByInstanceof(channel) : channel);
  return freeze(buses.map((channels) => (Array.isArray(channels) ? freeze(channels.map(channelOf)) : channels)));
}

/** A host whose blocks are copied in one form: the very same lists in each block, but for the plain form. */
export interface FormedHost {
  readonly inputs: HostBuses;
  readonly outputs: HostBuses;
}

export function hostInForm(form: Form, inputs: HostBuses, outputs: HostBuses): FormedHost {
  const [from, to] = [listsInForm(form, inputs), listsInForm(form, outputs)];
  if (form !== "plain") return { inputs: from, outputs: to };
  return {
    get inputs() {
      return [...from];
    },
    get outputs() {
      return [...to];
    },
  };
}

/** What a block in one form may do otherwise than is usual. */
export interface FormedBlockOptions {
  /** The form that is really taken, where these lists cannot be copied in the form that was asked for. */
  readonly takes?: Form;
  /** Whether samples and masks are spoiled before the block, so that what is left of others would show. Default true. */
  readonly spoils?: boolean;
}

/** A block that was collected, and is still to be delivered. */
export interface FormedBlock {
  readonly frames: number;
  /** Delivers it to the outputs with which it was collected. */
  deliver(): void;
}

/** Lists that can be changed are compared only where the storage has room for all of their channels. */
function formFor<F extends SampleFormat>(form: Form, storage: ProcessBufferStorage<F>, inputs: HostBuses, outputs: HostBuses): Form {
  const fits = (buses: readonly { readonly capacity: number }[], host: HostBuses) =>
    host.length <= buses.length && host.every((channels, b) => channels.length <= buses[b]!.capacity);
  return form === "compared" && !(fits(storage.inputs, inputs) && fits(storage.outputs, outputs)) ? "plain" : form;
}

/**
 * Collects a block in one form, and sees to it that this form was taken. A host is known only once its lists came
 * before, so in every form they come several times; what those blocks count is taken back.
 */
export function collectInForm<F extends SampleFormat>(
  form: Form,
  storage: ProcessBufferStorage<F>,
  inputs: HostBuses,
  outputs: HostBuses,
  { takes = formFor(form, storage, inputs, outputs), spoils = true }: FormedBlockOptions = {},
): FormedBlock {
  const host = hostInForm(form, inputs, outputs);
  const counted = { ...storage.diagnostics };
  for (let block = 0; block < 3; block++) storage.collect(host.inputs, host.outputs);
  if (spoils) spoil(storage);
  Object.assign(storage.diagnostics, counted);
  const frames = storage.collect(host.inputs, host.outputs);
  expect(takenForms(storage).collectedBy).toBe(takes);
  return {
    frames,
    deliver() {
      storage.deliver(host.outputs);
      // To no channel at all every form delivers the same nothing.
      if (takes !== "careful" || outputs.some((channels) => channels?.length > 0)) expect(takenForms(storage).deliveredBy).toBe(takes);
    },
  };
}

/** Fills every sample of a storage with 9, and sets every bit of its masks. */
export function spoil<F extends SampleFormat>(storage: ProcessBufferStorage<F>): void {
  storage.begin(storage.maxFrames);
  for (const bus of [...storage.inputs, ...storage.outputs]) {
    bus.connect();
    for (let channel = 0; channel < bus.length; channel++) bus.channel(channel).fill(9);
    bus.constantMask = 0xffffffff;
  }
}

/** Not by spreading, which takes ten times as long. */
function append(numbers: number[], more: { readonly length: number; readonly [index: number]: number }): void {
  for (let i = 0; i < more.length; i++) numbers.push(more[i]!);
}

/**
 * All that can be seen of a storage, as numbers: its buses, what the kernel is handed, samples, and counts. Not how often
 * a view was made, which is what forms may do otherwise.
 */
export function visibleState<F extends SampleFormat>(storage: ProcessBufferStorage<F>): number[] {
  const { buffer } = storage.memory;
  const View = storage.sampleFormat === "f64" ? Float64Array : Float32Array;
  const { refusedPushes, droppedChannels, truncatedFrames } = storage.diagnostics;
  const seen = [storage.frames, refusedPushes, droppedChannels, truncatedFrames];
  for (const [buses, descriptors] of [
    [storage.inputs, storage.inputsAddress],
    [storage.outputs, storage.outputsAddress],
  ] as const) {
    for (const [b, bus] of buses.entries()) {
      seen.push(bus.length, bus.connectedLength, bus.constantMask, bus.samplesAddress);
      append(seen, new Uint32Array(buffer, descriptors + b * 24, 6));
      append(seen, new Uint32Array(buffer, bus.tableAddress, bus.capacity));
      for (let channel = 0; channel < bus.length; channel++) {
        seen.push(bus.pointer(channel));
        append(seen, bus.channel(channel));
      }
      for (let channel = 0; channel < bus.capacity && bus.samplesAddress > 0; channel++) {
        seen.push(bus.channelAddress(channel));
        append(seen, new View(buffer, bus.channelAddress(channel), storage.frames));
      }
    }
  }
  return seen;
}
