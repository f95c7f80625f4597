// [setup] Computes where each part of a storage lies in linear memory, and how many bytes it has.
//
// A storage is one allocation. From its base address, a multiple of 16:
//
//                ┌────────────────────────────────────────────────────────────────┐
//   0            │ descriptors   one BusDescriptor (24 B) a bus                   │
//                │               inputs, then outputs                             │
//                ├────────────────────────────────────────────────────────────────┤
//   tables       │ tables        one pointer (4 B) a channel                      │
//                │               inputs, then outputs; bus after bus              │
//                ├──────────────────────────────────────────── next 16 B boundary ┤
//   silence      │ silence       one channel of zeros, to which the entries of    │
//                │               channels lead that have no samples of their own; │
//                │               absent where every channel has them              │
//                ├────────────────────────────────────────────────────────────────┤
//   samples      │ samples       inputs, then outputs, bus after bus. Planar: one │
//                │               channel after the other, each on a 16 B boundary.│
//                │               Contiguous or interleaved: one run a bus. None   │
//                │               for a bus that the kernel keeps itself           │
//                ├────────────────────────────────────────────────────────────────┤
//   hostFloats   │ host floats   channels on their way between the host and a bus │
//                │               in another form than the host's. Planar doubles  │
//                │               that come in are converted in place instead      │
//                ├────────────────────────────────────────────────────────────────┤
//   shownState   │ shown state   what another thread may read of a storage;       │
//                │               absent where the memory is not shared            │
//                ├──────────────────────────────────────────── next 16 B boundary ┤
//   parameters   │ parameters    a length and an address each, then the values,   │
//                │               each parameter on a 16 B boundary, then the last │
//                │               value of each; absent where none is declared     │
//                └────────────────────────────────────────────────────────────────┘
//
// No part has a fixed size: a bus that is not declared has no descriptor, and a channel that is not declared has neither a
// table entry nor samples.

import { CAPACITY_BITS, DESCRIPTOR_BYTES, POINTER_BYTES, SAMPLE_ALIGNMENT } from "./abi";
import { type BusConfig, channelCountOf, infoOf } from "./config";
import type { KernelOwnedAddress } from "./kernel-addresses";
import { MEMORY_BYTES, roundUp } from "./memory/address";
import type { Settings } from "./options";
import { type ParameterLayout, parameterFormat, parameterLayoutFor } from "./parameter-layout";
import { FLOAT_BYTES, SAMPLE_FORMATS, type SampleFormat, type SampleLayout } from "./sample-format";
import { isMixable, MOST_MIXED } from "./speakers";

/** Sizes and places of a storage's parts. A place is an offset in bytes from the storage's base address. */
export interface Layout {
  /** Inputs, then outputs. */
  readonly buses: readonly BusLayout[];
  readonly inputChannels: number;
  /** Of inputs and outputs together. */
  readonly channels: number;
  readonly maxFrames: number;
  readonly tables: number;
  readonly silence: number;
  /** 0 where every channel has samples of its own. */
  readonly silenceBytes: number;
  readonly samples: number;
  readonly hostFloats: number;
  readonly shownState: number;
  /** `undefined` where the configuration declares none. */
  readonly parameters: ParameterLayout | undefined;
  readonly totalBytes: number;
  /** Arguments for the core's `openBlock`. `undefined` where the buses are not all alike; then the script writes the tables. */
  readonly packed: PackedBuses | undefined;
}

/**
 * Buses that are all alike: planar, of one format, and with samples in the storage, where each channel follows the one
 * before.
 */
export interface PackedBuses {
  /**
   * `CAPACITY_BITS` bits for each bus, the first bus in the lowest bits. -1 where a small integer has not enough bits for
   * all.
   */
  readonly capacities: number;
  readonly outputSamples: number;
  readonly outputChannels: number;
  readonly sampleBytes: number;
  readonly stride: number;
}

/** One bus. */
export interface BusLayout {
  readonly isInput: boolean;
  readonly capacity: number;
  readonly layout: SampleLayout;
  readonly sampleFormat: SampleFormat;
  readonly sampleBytes: number;
  /**
   * A list instead of a number, because V8 allocates a number object each time unoptimised code reads a fraction from a
   * field. With `undefined` beside it, the list holds that object itself.
   */
  readonly scale: readonly [number, undefined];
  /** Who owns the samples: the storage, or the kernel (in its own buffers). `undefined` where the caller pushes every pointer. */
  readonly owner: "storage" | "kernel" | undefined;
  /** Sum of the channels of all buses before it. Its table entries begin at this index. */
  readonly firstChannel: number;
  /** Place of channel 0's samples, or of the silence where the storage has no samples for this bus. */
  readonly samples: number;
  /** Bytes from one channel's samples to the next channel's, in a block of `maxFrames`. */
  readonly stride: number;
  /** Bytes from one sample of a channel to its next one. */
  readonly step: number;
  /** Bytes of its samples in the storage. */
  readonly sampleRunBytes: number;
  /**
   * Place of channel 0's host floats, and the bytes from one channel's to the next channel's. Both are 0 where the bus has
   * the host's form.
   */
  readonly hostFloats: number;
  readonly hostFloatsStride: number;
  /** Whether it has planar doubles that are not scaled. A float becomes such a double and comes back without rounding. */
  readonly isExact: boolean;
  /** Whether floats that come in become doubles in place. They are written to the second half of each channel first. */
  readonly growsInPlace: boolean;
  /**
   * Place of the host's channels while they are mixed, and the bytes from one to the next. The place is 0 where none are
   * mixed.
   */
  readonly mixSamples: number;
  readonly mixStride: number;
}

/** `config` has been validated before. @throws RangeError when no memory could hold the storage. */
export function layoutFor(
  { inputs, outputs, parameters: declaredParameters = [] }: BusConfig,
  { maxFrames, sampleFormat: formatOfAll, channelMemory, channelInterpretation }: Settings,
  kernelOwned: readonly (KernelOwnedAddress | undefined)[],
  shownStateBytes: number,
): Layout {
  const floatsStride = roundUp(maxFrames * FLOAT_BYTES, SAMPLE_ALIGNMENT);
  // An instrument has no main input. Its main output has samples in the storage, even where the caller pushes all other
  // pointers.
  const isInstrument = inputs.length === 0 || channelCountOf(inputs[0]!) === 0;
  const tables = (inputs.length + outputs.length) * DESCRIPTOR_BYTES;
  const shapes = [...inputs, ...outputs].map((declared, index) => {
    const isInput = index < inputs.length;
    const { channelCount: capacity, layout = "planar", sampleFormat = formatOfAll, scale = 1 } = infoOf(declared);
    const isStorages = channelMemory === "owned" || (isInstrument && index === inputs.length);
    const address = kernelOwned[index];
    const owner: BusLayout["owner"] = address !== undefined ? "kernel" : isStorages ? "storage" : undefined;
    const sampleBytes = SAMPLE_FORMATS[sampleFormat].bytes;
    const isPlanar = layout === "planar";
    const run = capacity * maxFrames * sampleBytes;
    // In a kernel's own buffers, each planar channel follows the one before without a gap.
    const planarStride = owner === "kernel" ? maxFrames * sampleBytes : roundUp(maxFrames * sampleBytes, SAMPLE_ALIGNMENT);
    const stride = isPlanar ? planarStride : layout === "interleaved" ? sampleBytes : maxFrames * sampleBytes;
    const isExact = sampleFormat === "f64" && isPlanar && scale === 1;
    const isHosts = sampleFormat === "f32" && layout !== "interleaved" && scale === 1;
    return {
      isInput,
      capacity,
      layout,
      sampleFormat,
      sampleBytes,
      scale: [scale, undefined] as const,
      owner,
      /** While an address is not known, the table entries lead to silence. */
      isSilent: owner === undefined || address?.addresses.includes(0) === true,
      stride,
      step: layout === "interleaved" ? capacity * sampleBytes : sampleBytes,
      sampleRunBytes: owner !== "storage" ? 0 : isPlanar ? capacity * stride : roundUp(run, SAMPLE_ALIGNMENT),
      isExact,
      growsInPlace: isInput && owner === "storage" && isExact,
      isHosts,
      mixBytes: channelInterpretation === "speakers" && owner !== undefined && isMixable(capacity) ? MOST_MIXED * floatsStride : 0,
    };
  });
  type Shape = (typeof shapes)[0];
  const sum = (bytesOf: (shape: Shape) => number) => shapes.reduce((total, shape) => total + bytesOf(shape), 0);
  const hostFloatsOf = ({ isHosts, growsInPlace, capacity, isInput, owner }: Shape) =>
    isHosts || growsInPlace || (isInput && owner === undefined) ? 0 : capacity * floatsStride;
  const channels = sum(({ capacity }) => capacity);
  const channelsWith = (isMeant: (shape: Shape) => boolean) => sum((shape) => (isMeant(shape) ? shape.capacity : 0));

  const tablesEnd = tables + channels * POINTER_BYTES;
  const silence = roundUp(tablesEnd, SAMPLE_ALIGNMENT);
  const silenceBytes = maxFrames * Math.max(0, ...shapes.map(silenceBytesOf));
  const samples = silence + roundUp(silenceBytes, SAMPLE_ALIGNMENT);
  const hostFloats = samples + sum(({ sampleRunBytes }) => sampleRunBytes);
  const shownState = hostFloats + sum(hostFloatsOf) + sum(({ mixBytes }) => mixBytes);
  const end = shownState + shownStateBytes;
  const withoutParameters = end === silence ? tablesEnd : end;
  const parameters =
    declaredParameters.length > 0
      ? parameterLayoutFor(
          declaredParameters,
          roundUp(withoutParameters, SAMPLE_ALIGNMENT),
          maxFrames,
          SAMPLE_FORMATS[parameterFormat(formatOfAll)].bytes,
        )
      : undefined;
  const totalBytes = parameters?.end ?? withoutParameters;
  if (totalBytes > MEMORY_BYTES) {
    throw new RangeError(
      `option maxFrames is ${maxFrames}, with which this configuration takes ${totalBytes} bytes; a memory holds at most ${MEMORY_BYTES}`,
    );
  }

  let next = { firstChannel: 0, samples, hostFloats };
  const buses = shapes.map((shape): BusLayout => {
    const { capacity, owner, growsInPlace, sampleRunBytes, mixBytes, isHosts: _, isSilent: _silent, ...rest } = shape;
    const floatsBytes = hostFloatsOf(shape);
    const bus = {
      ...rest,
      capacity,
      owner,
      sampleRunBytes,
      growsInPlace,
      firstChannel: next.firstChannel,
      samples: owner === "storage" ? next.samples : silence,
      hostFloats: growsInPlace ? next.samples + rest.stride / 2 : floatsBytes > 0 ? next.hostFloats : 0,
      hostFloatsStride: growsInPlace ? rest.stride : floatsBytes > 0 ? floatsStride : 0,
      mixSamples: mixBytes > 0 ? next.hostFloats + floatsBytes : 0,
      mixStride: floatsStride,
    };
    next = {
      firstChannel: next.firstChannel + capacity,
      samples: next.samples + sampleRunBytes,
      hostFloats: next.hostFloats + floatsBytes + mixBytes,
    };
    return bus;
  });
  return {
    buses,
    inputChannels: channelsWith(({ isInput }) => isInput),
    channels,
    maxFrames,
    tables,
    silence,
    silenceBytes,
    samples,
    hostFloats,
    shownState,
    parameters,
    totalBytes,
    packed: packedBuses(buses, samples),
  };
}

/**
 * Most buses whose capacities fit into 30 bits. V8 makes a heap object of a larger integer where its pointers have 32 bits,
 * and such an object is slow to read.
 */
const PACKED_BUSES = Math.floor(30 / CAPACITY_BITS);

function packedBuses(buses: readonly BusLayout[], samples: number): PackedBuses | undefined {
  const [first] = buses;
  const isLikeFirst = ({ owner, layout, sampleFormat }: BusLayout) =>
    owner === "storage" && layout === "planar" && sampleFormat === first!.sampleFormat && sampleFormat !== "i16";
  if (first === undefined || !buses.every(isLikeFirst)) return undefined;
  const { sampleBytes, stride } = first;
  const channelsOf = (direction: boolean) =>
    buses.reduce((sum, { isInput, capacity }) => (isInput === direction ? sum + capacity : sum), 0);
  const capacities = buses.reduceRight((bits, { capacity }) => (bits << CAPACITY_BITS) | capacity, 0);
  return {
    capacities: buses.length > PACKED_BUSES ? -1 : capacities,
    outputSamples: samples + channelsOf(true) * stride,
    outputChannels: channelsOf(false),
    sampleBytes,
    stride,
  };
}

/** Bytes of silence that a bus needs for each frame. */
function silenceBytesOf({ isSilent, capacity, layout, sampleBytes }: ShapeOfSilence): number {
  if (!isSilent || capacity === 0) return 0;
  return layout === "planar" ? sampleBytes : capacity * sampleBytes;
}

interface ShapeOfSilence {
  readonly isSilent: boolean;
  readonly capacity: number;
  readonly layout: SampleLayout;
  readonly sampleBytes: number;
}
