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
//   samples      │ samples       one channel after the other, each on a 16 B      │
//                │               boundary: inputs, then outputs                   │
//                ├────────────────────────────────────────────────────────────────┤
//   hostFloats   │ host floats   output channels on their way to the host, where  │
//                │               the kernel works in doubles and the host does    │
//                │               not; inputs are converted in place               │
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
import { type BusConfig, channelCountOf } from "./config";
import { MEMORY_BYTES, roundUp } from "./memory/address";
import type { Settings } from "./options";
import { type ParameterLayout, parameterLayoutFor } from "./parameter-layout";
import { FLOAT_BYTES, SAMPLE_FORMATS } from "./sample-format";

/** Sizes and places of a storage. Places are bytes from its base. */
export interface Layout {
  /** Inputs, then outputs. */
  readonly buses: readonly BusLayout[];
  readonly inputChannels: number;
  /** Of both directions. */
  readonly channels: number;
  /** Channels that have samples of their own, and those of them that are outputs. */
  readonly ownedChannels: number;
  readonly ownedOutputs: number;
  readonly sampleBytes: number;
  /** Bytes from one channel's samples to the next one's. */
  readonly stride: number;
  /** Bytes from one channel's host floats to the next one's; 0 where there are none. */
  readonly hostFloatsStride: number;
  readonly tables: number;
  readonly silence: number;
  /** 0 where every channel has samples of its own. */
  readonly silenceBytes: number;
  readonly samples: number;
  readonly outputSamples: number;
  readonly shownState: number;
  /** `undefined` where none is declared. */
  readonly parameters: ParameterLayout | undefined;
  readonly totalBytes: number;
  /** Channel counts as `openBlock` of the core takes them; -1 where it cannot: too many buses, or channels without samples. */
  readonly packedCapacities: number;
}

/** One bus. */
export interface BusLayout {
  readonly isInput: boolean;
  readonly capacity: number;
  /** Whether its channels have samples of their own. */
  readonly isOwned: boolean;
  /** Channels of the buses before it, which is where its entries begin in the tables. */
  readonly firstChannel: number;
  /** Channel 0's samples; the silence where the bus has none. */
  readonly samples: number;
  /** Channel 0's host floats, if there are any. */
  readonly hostFloats: number;
}

/** @throws RangeError when no memory could hold a storage for `config`, which was judged. */
export function layoutFor(
  { inputs, outputs, parameters: declaredParameters = [] }: BusConfig,
  { maxFrames, sampleFormat, channelMemory }: Settings,
  shownStateBytes: number,
): Layout {
  const sampleBytes = SAMPLE_FORMATS[sampleFormat].bytes;
  const stride = roundUp(maxFrames * sampleBytes, SAMPLE_ALIGNMENT);
  const hostFloatsStride = sampleFormat === "f32" ? 0 : roundUp(maxFrames * FLOAT_BYTES, SAMPLE_ALIGNMENT);
  // Nothing in, something out: an instrument has samples for its main output even where the caller brings all other pointers.
  const isInstrument = inputs.length === 0 || channelCountOf(inputs[0]!) === 0;
  const shapes = [...inputs, ...outputs].map((declared, index) => {
    const isInput = index < inputs.length;
    const isOwned = channelMemory === "owned" || (isInstrument && index === inputs.length);
    return { isInput, isOwned, capacity: channelCountOf(declared) };
  });
  const channelsOf = (isCounted: (shape: (typeof shapes)[0]) => boolean) =>
    shapes.reduce((sum, shape) => (isCounted(shape) ? sum + shape.capacity : sum), 0);
  const channels = channelsOf(() => true);
  const ownedChannels = channelsOf(({ isOwned }) => isOwned);
  const ownedOutputs = channelsOf(({ isOwned, isInput }) => isOwned && !isInput);

  const tables = shapes.length * DESCRIPTOR_BYTES;
  const tablesEnd = tables + channels * POINTER_BYTES;
  const silence = roundUp(tablesEnd, SAMPLE_ALIGNMENT);
  const silenceBytes = ownedChannels < channels ? stride : 0;
  const samples = silence + silenceBytes;
  const hostFloats = samples + ownedChannels * stride;
  const shownState = hostFloats + channelsOf(({ isInput }) => !isInput) * hostFloatsStride;
  const end = shownState + shownStateBytes;
  const withoutParameters = end === silence ? tablesEnd : end;
  const parameters =
    declaredParameters.length > 0
      ? parameterLayoutFor(declaredParameters, roundUp(withoutParameters, SAMPLE_ALIGNMENT), maxFrames, sampleBytes)
      : undefined;
  const totalBytes = parameters?.end ?? withoutParameters;
  if (totalBytes > MEMORY_BYTES) {
    throw new RangeError(
      `option maxFrames is ${maxFrames}, with which this configuration takes ${totalBytes} bytes; a memory holds at most ${MEMORY_BYTES}`,
    );
  }

  let next = { firstChannel: 0, samples, hostFloats };
  const buses = shapes.map((shape): BusLayout => {
    const { capacity, isInput, isOwned } = shape;
    const bus = { ...shape, ...next, samples: isOwned ? next.samples : silence };
    next = {
      firstChannel: next.firstChannel + capacity,
      samples: next.samples + (isOwned ? capacity * stride : 0),
      hostFloats: next.hostFloats + (isInput ? 0 : capacity * hostFloatsStride),
    };
    return bus;
  });
  return {
    buses,
    inputChannels: channelsOf(({ isInput }) => isInput),
    channels,
    ownedChannels,
    ownedOutputs,
    sampleBytes,
    stride,
    hostFloatsStride,
    tables,
    silence,
    silenceBytes,
    samples,
    outputSamples: samples + (ownedChannels - ownedOutputs) * stride,
    shownState,
    parameters,
    totalBytes,
    packedCapacities: silenceBytes > 0 || shapes.length > PACKED_BUSES ? -1 : packed(shapes),
  };
}

/** As many as a small integer has bits for. V8 keeps larger numbers in boxes, which are slow to read. */
const PACKED_BUSES = Math.floor(30 / CAPACITY_BITS);

/** `CAPACITY_BITS` for each bus, the first one lowest. */
function packed(shapes: readonly { readonly capacity: number }[]): number {
  return shapes.reduceRight((bits, { capacity }) => (bits << CAPACITY_BITS) | capacity, 0);
}
