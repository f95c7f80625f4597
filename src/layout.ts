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
//                └────────────────────────────────────────────────────────────────┘
//
// Nothing of this has a fixed size: a bus that is not declared has no descriptor,
// and a channel that is not declared has neither an entry nor samples.

import { CAPACITY_BITS, DESCRIPTOR_BYTES, POINTER_BYTES, SAMPLE_ALIGNMENT } from "./abi";
import { type BusConfig, channelCountOf } from "./config";
import { MEMORY_BYTES, roundUp } from "./memory/address";
import type { Settings } from "./options";
import { FLOAT_BYTES, SAMPLE_FORMATS } from "./sample-format";

/** Sizes and places of a storage. Places are bytes from its base. */
export interface Layout {
  /** Inputs, then outputs. */
  readonly buses: readonly BusLayout[];
  readonly inputChannels: number;
  /** Of both directions. */
  readonly channels: number;
  readonly sampleBytes: number;
  /** Bytes from one channel's samples to the next one's. */
  readonly stride: number;
  readonly tables: number;
  /** Descriptors and tables together. */
  readonly tablesEnd: number;
  readonly silence: number;
  readonly silenceBytes: number;
  /** The first channel's samples. */
  readonly samples: number;
  /** Channels that have samples of their own. */
  readonly ownedInputs: number;
  readonly ownedOutputs: number;
  /** The first output channel's samples. */
  readonly outputSamples: number;
  readonly hostFloats: number;
  /** Bytes from one channel's host floats to the next one's. */
  readonly hostFloatsStride: number;
  readonly hostFloatsBytes: number;
  readonly shownState: number;
  readonly shownStateBytes: number;
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
export function layoutFor(config: BusConfig, { maxFrames, sampleFormat, channelMemory }: Settings, needs: LayoutNeeds): Layout {
  const capacities = [...config.inputs, ...config.outputs].map(channelCountOf);
  const firstOutput = config.inputs.length;
  const isInput = (bus: number) => bus < firstOutput;
  // Nothing in, something out: an instrument has samples for its main output even where the caller brings all other pointers.
  const isInstrument = firstOutput === 0 || capacities[0] === 0;
  const isOwned = (bus: number) => channelMemory === "owned" || (isInstrument && bus === firstOutput);
  const channelsWhere = (isCounted: (bus: number) => boolean) =>
    capacities.reduce((sum, capacity, bus) => (isCounted(bus) ? sum + capacity : sum), 0);

  const sampleBytes = SAMPLE_FORMATS[sampleFormat].bytes;
  const stride = roundUp(maxFrames * sampleBytes, SAMPLE_ALIGNMENT);
  const channels = channelsWhere(() => true);
  const ownedInputs = channelsWhere((bus) => isOwned(bus) && isInput(bus));
  const ownedOutputs = channelsWhere((bus) => isOwned(bus) && !isInput(bus));
  const hasSilence = ownedInputs + ownedOutputs < channels;

  const tables = capacities.length * DESCRIPTOR_BYTES;
  const tablesEnd = tables + channels * POINTER_BYTES;
  const silence = roundUp(tablesEnd, SAMPLE_ALIGNMENT);
  const samples = silence + (hasSilence ? stride : 0);
  const hostFloats = samples + (ownedInputs + ownedOutputs) * stride;
  const hostFloatsStride = roundUp(maxFrames * FLOAT_BYTES, SAMPLE_ALIGNMENT);
  const hostFloatsBytes = needs.hostFloats ? channelsWhere((bus) => !isInput(bus)) * hostFloatsStride : 0;
  const shownState = hostFloats + hostFloatsBytes;
  const end = shownState + needs.shownStateBytes;
  const totalBytes = end === silence ? tablesEnd : end;
  if (totalBytes > MEMORY_BYTES) {
    throw new RangeError(
      `option maxFrames is ${maxFrames}, with which this configuration takes ${totalBytes} bytes; a memory holds at most ${MEMORY_BYTES}`,
    );
  }

  let firstChannel = 0;
  let next = samples;
  let nextFloats = hostFloats;
  const buses = capacities.map((capacity, bus): BusLayout => {
    const owned = isOwned(bus);
    const placed = {
      isInput: isInput(bus),
      capacity,
      isOwned: owned,
      firstChannel,
      samples: owned ? next : silence,
      hostFloats: nextFloats,
    };
    firstChannel += capacity;
    if (owned) next += capacity * stride;
    if (!placed.isInput) nextFloats += capacity * hostFloatsStride;
    return placed;
  });
  return {
    buses,
    inputChannels: channelsWhere(isInput),
    channels,
    sampleBytes,
    stride,
    tables,
    tablesEnd,
    silence,
    silenceBytes: hasSilence ? maxFrames * sampleBytes : 0,
    samples,
    ownedInputs,
    ownedOutputs,
    outputSamples: samples + ownedInputs * stride,
    hostFloats,
    hostFloatsStride,
    hostFloatsBytes,
    shownState,
    shownStateBytes: needs.shownStateBytes,
    totalBytes,
    packedCapacities: hasSilence || capacities.length > PACKED_BUSES ? -1 : packed(capacities),
  };
}

/** What a storage needs beside its buses. */
export interface LayoutNeeds {
  /** Whether output channels need room for the floats that a host takes. */
  readonly hostFloats: boolean;
  readonly shownStateBytes: number;
}

/** As many as a small integer has bits for. V8 keeps larger numbers in boxes, which are slow to read. */
const PACKED_BUSES = Math.floor(30 / CAPACITY_BITS);

/** `CAPACITY_BITS` for each bus, the first one lowest. */
function packed(capacities: readonly number[]): number {
  return capacities.reduce((bits, capacity, bus) => bits | (capacity << (bus * CAPACITY_BITS)), 0);
}
