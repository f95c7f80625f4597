// [setup] Where everything of a storage lies in linear memory, and how much of it there is.
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
// Nothing of this has a fixed size: a bus that is not declared has no descriptor,
// and a channel that is not declared has neither an entry nor samples.

import { CAPACITY_BITS, DESCRIPTOR_BYTES, POINTER_BYTES, SAMPLE_ALIGNMENT } from "./abi";
import { type BusConfig, channelCountOf, infoOf } from "./config";
import type { KeptAddress } from "./kernel-addresses";
import { MEMORY_BYTES, roundUp } from "./memory/address";
import type { Settings } from "./options";
import { type ParameterLayout, parameterFormat, parameterLayoutFor } from "./parameter-layout";
import { FLOAT_BYTES, SAMPLE_FORMATS, type SampleFormat, type SampleLayout } from "./sample-format";
import { isMixable, MOST_MIXED } from "./speakers";

/** Sizes and places of a storage. Places are bytes from its base. */
export interface Layout {
  /** Inputs, then outputs. */
  readonly buses: readonly BusLayout[];
  readonly inputChannels: number;
  /** Of both directions. */
  readonly channels: number;
  readonly maxFrames: number;
  readonly tables: number;
  readonly silence: number;
  /** 0 where every channel has samples of its own. */
  readonly silenceBytes: number;
  readonly samples: number;
  readonly hostFloats: number;
  readonly shownState: number;
  /** `undefined` where none is declared. */
  readonly parameters: ParameterLayout | undefined;
  readonly totalBytes: number;
  /** What `openBlock` of the core needs, where it can describe the storage; else `undefined`, and the script does it. */
  readonly packed: PackedBuses | undefined;
}

/** Buses that are all alike: planar, of one format, with samples of their own, one channel after the other. */
export interface PackedBuses {
  /** `CAPACITY_BITS` for each bus, the first one lowest; -1 where these are too many for a small integer. */
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
  /** Alone in a list, because V8 makes an object of a fraction each time that code which is not compiled for speed reads it from a field. */
  readonly scale: readonly [number, undefined];
  /** Who has its samples: the storage, the kernel, or neither, where the caller pushes every pointer. */
  readonly owner: "storage" | "kernel" | undefined;
  /** Channels of the buses before it, which is where its entries begin in the tables. */
  readonly firstChannel: number;
  /** Channel 0's samples; the silence where the storage has none. */
  readonly samples: number;
  /** Bytes from one channel's samples to the next one's in a whole block. */
  readonly stride: number;
  /** Bytes from one sample of a channel to the next one. */
  readonly step: number;
  /** Bytes of its samples in the storage. */
  readonly sampleRunBytes: number;
  /** Channel 0's host floats, and the bytes from one channel's to the next one's; both 0 where host and kernel have the same. */
  readonly hostFloats: number;
  readonly hostFloatsStride: number;
  /** Whether it has planar doubles that are not scaled: a float becomes one and back without being rounded. */
  readonly isExact: boolean;
  /** Whether doubles that come in grow in place, from floats in the second half of each channel. */
  readonly growsInPlace: boolean;
  /** Where a host's channels lie while they are mixed, as far apart as a planar channel of floats; 0 where none are. */
  readonly mixRoom: number;
  readonly mixStride: number;
}

/** @throws RangeError when no memory could hold a storage for `config`, which was judged. */
export function layoutFor(
  { inputs, outputs, parameters: declaredParameters = [] }: BusConfig,
  { maxFrames, sampleFormat: formatOfAll, channelMemory, channelInterpretation }: Settings,
  kept: readonly (KeptAddress | undefined)[],
  shownStateBytes: number,
): Layout {
  const floatsStride = roundUp(maxFrames * FLOAT_BYTES, SAMPLE_ALIGNMENT);
  // Nothing in, something out: an instrument has samples for its main output even where the caller brings all other pointers.
  const isInstrument = inputs.length === 0 || channelCountOf(inputs[0]!) === 0;
  const tables = (inputs.length + outputs.length) * DESCRIPTOR_BYTES;
  const shapes = [...inputs, ...outputs].map((declared, index) => {
    const isInput = index < inputs.length;
    const { channelCount: capacity, layout = "planar", sampleFormat = formatOfAll, scale = 1 } = infoOf(declared);
    const isStorages = channelMemory === "owned" || (isInstrument && index === inputs.length);
    const address = kept[index];
    const owner: BusLayout["owner"] = address !== undefined ? "kernel" : isStorages ? "storage" : undefined;
    const sampleBytes = SAMPLE_FORMATS[sampleFormat].bytes;
    const isPlanar = layout === "planar";
    const run = capacity * maxFrames * sampleBytes;
    // Where the kernel keeps planar channels itself, each follows right behind the one before.
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
      /** Until it is known where they are, its entries lead to silence. */
      isSilent: owner === undefined || address?.addresses.includes(0) === true,
      stride,
      step: layout === "interleaved" ? capacity * sampleBytes : sampleBytes,
      sampleRunBytes: owner !== "storage" ? 0 : isPlanar ? capacity * stride : roundUp(run, SAMPLE_ALIGNMENT),
      isExact,
      growsInPlace: isInput && owner === "storage" && isExact,
      isHosts,
      mixRoomBytes: channelInterpretation === "speakers" && owner !== undefined && isMixable(capacity) ? MOST_MIXED * floatsStride : 0,
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
  const shownState = hostFloats + sum(hostFloatsOf) + sum(({ mixRoomBytes }) => mixRoomBytes);
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
    const { capacity, owner, growsInPlace, sampleRunBytes, mixRoomBytes, isHosts: _, isSilent: _silent, ...rest } = shape;
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
      mixRoom: mixRoomBytes > 0 ? next.hostFloats + floatsBytes : 0,
      mixStride: floatsStride,
    };
    next = {
      firstChannel: next.firstChannel + capacity,
      samples: next.samples + sampleRunBytes,
      hostFloats: next.hostFloats + floatsBytes + mixRoomBytes,
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

/** As many as a small integer has bits for. V8 keeps larger numbers in boxes, which are slow to read. */
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

/** Bytes of silence for each frame. */
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
