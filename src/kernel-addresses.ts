// [setup] Addresses of kernel-owned buses, whose samples the kernel keeps in its own buffers. This file checks what option
// `addresses` and `Bus.moveTo` are handed.

import { type BusConfig, channelCountOf, infoOf } from "./config";
import { addressFrom, LAST_BYTE } from "./memory/address";
import { checkNames, described } from "./messages";
import type { KernelAddress, KernelAddresses, Settings } from "./options";
import { SAMPLE_FORMATS, type SampleLayout } from "./sample-format";

/** Checked address of a kernel-owned bus: one for each channel, or one for the whole bus. 0 while an address is not known yet. */
export interface KernelOwnedAddress {
  readonly addresses: Uint32Array;
  readonly isList: boolean;
}

/** The properties of a bus that decide which addresses it can have. */
export interface AddressedBus {
  readonly capacity: number;
  readonly layout: SampleLayout;
  readonly sampleBytes: number;
}

/**
 * [setup] The address of each bus, inputs first; `undefined` where the storage has the samples.
 * @throws RangeError naming the bus, what came and what is allowed.
 */
export function kernelOwnedAddresses(
  config: BusConfig,
  { addresses, channelMemory, maxFrames, sampleFormat, heap }: Settings,
): (KernelOwnedAddress | undefined)[] {
  const sides = [
    ["input", config.inputs, listOf("inputs", addresses, config.inputs.length)],
    ["output", config.outputs, listOf("outputs", addresses, config.outputs.length)],
  ] as const;
  return sides.flatMap(([direction, buses, given]) =>
    buses.map((declared, index) => {
      const { layout = "planar", sampleFormat: format = sampleFormat } = infoOf(declared);
      const address = given[index];
      if (channelMemory === "external" && (address !== undefined || layout !== "planar")) {
        throw new RangeError(
          `${direction} bus ${index} is ${address === undefined ? layout : "the kernel's"}; with channelMemory "external" every bus is planar, and all of its pointers are pushed`,
        );
      }
      if (address === undefined) return undefined;
      const bus = { capacity: channelCountOf(declared), layout, sampleBytes: SAMPLE_FORMATS[format].bytes };
      const addresses = new Uint32Array(Math.max(1, bus.capacity));
      const reading = readAddresses(address, bus, maxFrames, heap.memory, addresses);
      if (reading !== REFUSED) return { addresses, isList: reading === LIST };
      throw new RangeError(
        `option addresses has ${shown(address)} for ${direction} bus ${index}; it is a multiple of ${bus.sampleBytes}, ` +
          `${layout === "planar" ? `one for the bus or a list of ${bus.capacity}, one a channel` : "one for the bus"}, ` +
          `with room for ${maxFrames} frames before the memory ends, or 0 while it is not known`,
      );
    }),
  );
}

/** Result of {@link readAddresses}: refused, one address for the whole bus, or a list of one for each channel. */
export type Reading = typeof REFUSED | typeof WHOLE | typeof LIST;
export const REFUSED = 0;
export const WHOLE = 1;
export const LIST = 2;

/**
 * [render] Writes the addresses into `into`; one for the whole bus is written to its first element. Each is read only once,
 * because a proxy may answer differently each time.
 */
export function readAddresses(
  address: unknown,
  { capacity, layout, sampleBytes }: AddressedBus,
  maxFrames: number,
  memory: WebAssembly.Memory,
  into: Uint32Array,
): Reading {
  const memoryBytes = Math.min(memory.buffer.byteLength, LAST_BYTE);
  try {
    if (!Array.isArray(address))
      return readOne(address, capacity * maxFrames * sampleBytes, sampleBytes, memoryBytes, into, 0) ? WHOLE : REFUSED;
    if (layout !== "planar" || address.length !== capacity) return REFUSED;
    for (let c = 0; c < capacity; c++) {
      if (!readOne(address[c], maxFrames * sampleBytes, sampleBytes, memoryBytes, into, c)) return REFUSED;
    }
    return LIST;
  } catch {
    // Reading the list threw.
    return REFUSED;
  }
}

function readOne(value: unknown, byteLength: number, alignment: number, memoryBytes: number, into: Uint32Array, at: number): boolean {
  const address = addressFrom(value);
  into[at] = address;
  if (address === 0) return value === 0;
  return address % alignment === 0 && address + byteLength <= memoryBytes;
}

/** @throws RangeError when it is not a list of at most `count` addresses. */
function listOf(name: "inputs" | "outputs", addresses: KernelAddresses | undefined, count: number): readonly KernelAddress[] {
  if (addresses === undefined) return [];
  checkNames(addresses, ["inputs", "outputs"]);
  const list = addresses[name];
  if (list === undefined) return [];
  if (Array.isArray(list) && list.length <= count) return list;
  throw new RangeError(`option addresses has for its ${name} a list of at most ${count} addresses, one a bus; ${shown(list)} came`);
}

function shown(value: unknown): string {
  return Array.isArray(value) ? `a list of ${value.length}` : described(value);
}
