// [setup] Where everything of a storage lies in linear memory, and how much of it there is.
//
// A storage is one allocation. From its base address, a multiple of 16:
//
//               ┌────────────────────────────────────────────────────────────────┐
//   base        │ descriptors   one BusDescriptor (24 B) a bus                   │
//               │               inputs, then outputs                             │
//               ├────────────────────────────────────────────────────────────────┤
//   tables      │ tables        one pointer (4 B) a channel                      │
//               │               inputs, then outputs; bus after bus              │
//               ├──────────────────────────────────────────── next 16 B boundary ┤
//   silence     │ silence       one channel of zeros, which stands in for every  │
//               │               missing one; absent where nothing can be missing │
//               ├────────────────────────────────────────────────────────────────┤
//   samples     │ samples       one channel after the other, each on a 16 B      │
//               │               boundary: inputs, then outputs; absent where the │
//               │               caller brings every pointer                      │
//               ├────────────────────────────────────────────────────────────────┤
//   staging     │ staging       floats on their way between host and kernel,     │
//   interleaved │               where one has doubles, or interleaved frames     │
//               ├────────────────────────────────────────────────────────────────┤
//   counters    │ counters      what another thread may read of a storage;       │
//               │               absent where the memory is not shared            │
//               └────────────────────────────────────────────────────────────────┘
//
// Nothing of this has a fixed size: a bus that is not declared has no descriptor,
// and a channel that is not declared has neither an entry nor samples.

import { type BusConfig, channelCountOf } from "./bus-config";
import { CAPACITY_BITS, COUNTERS_BYTES, DESCRIPTOR_BYTES, POINTER_BYTES, SAMPLE_ALIGNMENT } from "./layout";
import { MEMORY_BYTES, type Settings } from "./options";
import { FLOAT_BYTES, sampleBytesOf } from "./sample-format";

/** Sizes and places of a storage; all places are bytes from its base. */
export interface Plan {
  /** Inputs, then outputs. */
  readonly buses: readonly PlannedBus[];
  readonly runs: readonly BusRun[];
  readonly inputChannels: number;
  readonly channels: number;
  /** Descriptors and tables in 32-bit words. */
  readonly words: number;
  readonly ownedChannels: number;
  readonly ownedOutputs: number;
  readonly sampleBytes: number;
  /** Bytes from one channel's samples to the next one's. */
  readonly stride: number;
  readonly tables: number;
  /** The first output bus's table. */
  readonly outputTables: number;
  readonly silence: number;
  readonly silenceBytes: number;
  /** The first channel's samples. */
  readonly samples: number;
  /** The first output channel's samples. */
  readonly outputSamples: number;
  readonly staging: number;
  /** Bytes from one staged channel to the next one. */
  readonly stagedStride: number;
  readonly interleaved: number;
  /** Floats of interleaved frames for which there is room. */
  readonly interleavedFloats: number;
  readonly stagingBytes: number;
  readonly counters: number;
  readonly countersBytes: number;
  readonly totalBytes: number;
}

/** One bus. */
export interface PlannedBus {
  readonly capacity: number;
  /** Whether its channels have samples of their own. */
  readonly owned: boolean;
  readonly table: number;
  /** Channel 0's samples; of a bus without any, the silence. */
  readonly first: number;
}

/** Buses in a row, all of them with samples or all of them without, which the core describes in one call. */
export interface BusRun {
  readonly buses: number;
  /** `CAPACITY_BITS` for each bus, the first one lowest. */
  readonly capacities: number;
  readonly descriptor: number;
  readonly table: number;
  readonly first: number;
  /** 0 for buses without samples: all of their entries are the same. */
  readonly stride: number;
}

/** @throws RangeError when no memory could hold a storage for `config`, which was validated. */
export function planFor(
  config: BusConfig,
  { maxFrames, sampleFormat, channelMemory, interleavedChannels }: Settings,
  shared: boolean,
): Plan {
  const capacities = [...config.inputs, ...config.outputs].map(channelCountOf);
  const firstOutput = config.inputs.length;
  // Nothing in, something out: an instrument has samples for its main output even where the caller brings all other pointers.
  const isInstrument = firstOutput === 0 || capacities[0] === 0;
  const isOwned = (bus: number) => channelMemory === "owned" || (isInstrument && bus === firstOutput);

  const sampleBytes = sampleBytesOf(sampleFormat);
  const stride = aligned(maxFrames * sampleBytes);
  const channels = sum(capacities);
  const inputChannels = sum(capacities.slice(0, firstOutput));
  const owned = sum(capacities.filter((_, bus) => isOwned(bus)));
  const ownedInputs = sum(capacities.filter((_, bus) => isOwned(bus) && bus < firstOutput));
  // An output with samples always points at them; every other entry may have to point at something silent.
  const hasSilence = capacities.some((capacity, bus) => capacity > 0 && !(isOwned(bus) && bus >= firstOutput));

  const tables = capacities.length * DESCRIPTOR_BYTES;
  const tablesEnd = tables + channels * POINTER_BYTES;
  const silence = aligned(tablesEnd);
  const samples = silence + (hasSilence ? stride : 0);
  const staging = samples + owned * stride;
  const stagedStride = aligned(maxFrames * FLOAT_BYTES);
  // Doubles pass one channel at a time, on their way from or to interleaved frames two.
  const stagedChannels = sampleFormat === "f64" && channels > 0 ? (interleavedChannels > 0 ? 2 : 1) : 0;
  const interleaved = staging + stagedChannels * stagedStride;
  const interleavedSamples = channels > 0 ? interleavedChannels * maxFrames : 0;
  const interleavedFloats = Math.ceil(interleavedSamples / CONVERTED_AT_ONCE) * CONVERTED_AT_ONCE;
  const counters = interleaved + interleavedFloats * FLOAT_BYTES;
  const countersBytes = shared ? COUNTERS_BYTES : 0;
  const end = counters + countersBytes;
  const totalBytes = end === silence ? tablesEnd : end;
  if (totalBytes > MEMORY_BYTES) {
    throw new RangeError(
      `option maxFrames is ${maxFrames}, with which this configuration takes ${totalBytes} bytes; a memory holds at most ${MEMORY_BYTES}`,
    );
  }

  let table = tables;
  let first = samples;
  const buses = capacities.map((capacity, bus): PlannedBus => {
    const planned = { capacity, owned: isOwned(bus), table, first: isOwned(bus) ? first : silence };
    table += capacity * POINTER_BYTES;
    if (planned.owned) first += capacity * stride;
    return planned;
  });
  return {
    buses,
    runs: runsOf(buses, stride),
    inputChannels,
    channels,
    words: tablesEnd / POINTER_BYTES,
    ownedChannels: owned,
    ownedOutputs: owned - ownedInputs,
    sampleBytes,
    stride,
    tables,
    outputTables: tables + inputChannels * POINTER_BYTES,
    silence,
    silenceBytes: hasSilence ? maxFrames * sampleBytes : 0,
    samples,
    outputSamples: samples + ownedInputs * stride,
    staging,
    stagedStride,
    interleaved,
    interleavedFloats,
    stagingBytes: counters - staging,
    counters,
    countersBytes,
    totalBytes,
  };
}

/** So many interleaved samples the core converts between floats and 16 bits at once. */
export const CONVERTED_AT_ONCE = 8;
/** As many buses as a small integer has bits for: engines keep larger numbers where reading them costs more. */
const BUSES_PER_RUN = Math.floor(30 / CAPACITY_BITS);

function runsOf(buses: readonly PlannedBus[], stride: number): BusRun[] {
  const runs: BusRun[] = [];
  for (let start = 0, end = 0; start < buses.length; start = end) {
    const { owned, table, first } = buses[start]!;
    let capacities = 0;
    while (end < buses.length && end - start < BUSES_PER_RUN && buses[end]!.owned === owned) {
      capacities |= buses[end]!.capacity << ((end - start) * CAPACITY_BITS);
      end++;
    }
    runs.push({ buses: end - start, capacities, descriptor: start * DESCRIPTOR_BYTES, table, first, stride: owned ? stride : 0 });
  }
  return runs;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Not by bits: a configuration may ask for more than an address can say, and the caller must hear how much. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / SAMPLE_ALIGNMENT) * SAMPLE_ALIGNMENT;
}
