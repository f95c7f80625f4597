// [setup] From a configuration to a storage's place in memory: sizes first, one allocation, then the
// descriptors and tables written once by the core.

import { Bus, type BusPlace } from "./bus";
import { type BusConfig, type BusInfo, busInfo, frozenBusConfig, totalChannels } from "./bus-config";
import { type Core, coreOver } from "./core";
import type { Diagnostics } from "./diagnostics";
import { isShared, type Reservation, reserve } from "./heap";
import { COUNTERS_BYTES, DESCRIPTOR_BYTES, DESCRIPTOR_WORDS, POINTER_BYTES } from "./layout";
import { MEMORY_BYTES, type Settings } from "./options";
import { Region } from "./region";
import { type ChannelView, FLOAT_BYTES, type SampleFormat, sampleBytesOf } from "./sample-format";
import { type MemoryUsage, usageOf } from "./usage";
import { ViewCache, type ViewConstructor } from "./view-cache";

/** Everything of a storage that a reconfiguration replaces. */
export interface Allocation<F extends SampleFormat> {
  readonly config: BusConfig;
  readonly region: Region<F>;
  readonly inputs: readonly Bus<F>[];
  readonly outputs: readonly Bus<F>[];
  readonly auxInputs: readonly Bus<F>[];
  readonly auxOutputs: readonly Bus<F>[];
  readonly inputsAddress: number;
  readonly outputsAddress: number;
  readonly inputTableAddress: number;
  readonly outputTableAddress: number;
  /** 0 where the memory is not shared. */
  readonly countersAddress: number;
  readonly usage: MemoryUsage;
  /** Gives the memory back. */
  release(): void;
}

/**
 * [setup] Allocates what `config`, which was validated, needs.
 * @throws RangeError when no memory could hold it; Error when the heap does not. Then nothing stays allocated.
 */
export function allocate<F extends SampleFormat>(config: BusConfig, settings: Settings, diagnostics: Diagnostics): Allocation<F> {
  const { heap } = settings;
  const core = coreOver(heap.memory, settings.core);
  const plan = planFor(config, settings, core);
  // A configuration without a bus needs no memory at all.
  const place = plan.totalBytes === 0 ? NOWHERE : reserve(heap, plan.totalBytes);
  try {
    return build(frozenBusConfig(config), settings, plan, place, core, diagnostics);
  } catch (error) {
    place.release();
    throw error;
  }
}

/** What is needed, before it is known where it will lie. */
interface Plan {
  /** Inputs, then outputs. */
  readonly buses: readonly PlannedBus[];
  readonly channels: number;
  /** Channels with samples of their own, of both directions and of outputs alone. */
  readonly ownedChannels: number;
  readonly ownedOutputs: number;
  readonly hasSilence: boolean;
  readonly sampleBytes: number;
  /** Floats for which there is room on their way between host and kernel. */
  readonly stagingFloats: number;
  readonly countersBytes: number;
  /** Bytes from one channel's samples to the next one's. */
  readonly stride: number;
  readonly totalBytes: number;
}

interface PlannedBus {
  readonly name: string | undefined;
  readonly capacity: number;
  /** Channels of all buses before this one: all of them, and those with samples. */
  readonly firstChannel: number;
  readonly firstOwned: number;
  readonly owned: boolean;
}

/** A pointer, and a part of a descriptor. */
const WORD_BYTES = 4;

const NOWHERE: Reservation = { address: 0, release() {} };

function planFor(config: BusConfig, { maxFrames, sampleFormat, channelMemory, interleavedChannels, heap }: Settings, core: Core): Plan {
  const buses: PlannedBus[] = [];
  let channels = 0;
  let ownedChannels = 0;
  let ownedOutputs = 0;
  let hasSilence = false;
  const planBus = (declared: BusInfo | number, isOutput: boolean, owned: boolean) => {
    const { channelCount: capacity, name } = typeof declared === "number" ? { channelCount: declared } : declared;
    buses.push({ name, capacity, firstChannel: channels, firstOwned: ownedChannels, owned });
    channels += capacity;
    if (owned) ownedChannels += capacity;
    if (owned && isOutput) ownedOutputs += capacity;
    // An output with samples always points at them; every other entry may have to point at something silent.
    if (capacity > 0 && !(owned && isOutput)) hasSilence = true;
  };
  const owned = channelMemory === "owned";
  config.inputs.forEach((bus) => planBus(bus, false, owned));
  config.outputs.forEach((bus, index) => planBus(bus, true, owned || (index === 0 && isInstrument(config))));

  const sampleBytes = sampleBytesOf(sampleFormat);
  // Doubles are staged channel by channel, interleaved frames all at once; doubles in interleaved frames need both.
  const stagedChannels = (sampleFormat === "f64" && channels > 0 ? 1 : 0) + interleavedChannels;
  const stagingFloats = stagedChannels * maxFrames;
  const countersBytes = isShared(heap.memory) ? COUNTERS_BYTES : 0;
  const sampleChannels = ownedChannels + Number(hasSilence);
  const totalBytes = core.storageBytes(buses.length, channels, sampleChannels, maxFrames, sampleBytes, stagingFloats, countersBytes);
  if (totalBytes > MEMORY_BYTES) {
    throw new RangeError(
      `option maxFrames is ${maxFrames}, with which this configuration takes ${totalBytes} bytes; a memory holds at most ${MEMORY_BYTES}`,
    );
  }
  const stride = core.channelStride(maxFrames, sampleBytes) >>> 0;
  return { buses, channels, ownedChannels, ownedOutputs, hasSilence, sampleBytes, stagingFloats, countersBytes, stride, totalBytes };
}

/** Nothing in, something out: it has buffers for its main output even where the caller brings all other pointers. */
function isInstrument(config: BusConfig): boolean {
  return (busInfo(config, "input", 0)?.channelCount ?? 0) === 0;
}

function build<F extends SampleFormat>(
  config: BusConfig,
  settings: Settings,
  plan: Plan,
  place: Reservation,
  core: Core,
  diagnostics: Diagnostics,
): Allocation<F> {
  const { memory } = settings.heap;
  const { maxFrames } = settings;
  const { sampleBytes, stride } = plan;
  const base = place.address;
  const tables = base + core.tablesOffset(plan.buses.length);
  const afterTables = base + core.silenceOffset(plan.buses.length, plan.channels);
  const silence = plan.hasSilence ? afterTables : 0;
  const samples = plan.hasSilence ? afterTables + stride : afterTables;

  const staging = samples + plan.ownedChannels * stride;
  const counters = base + plan.totalBytes - plan.countersBytes;

  core.zeroChannels(base, plan.totalBytes, 1, plan.totalBytes);
  const places = plan.buses.map((bus, index): BusPlace => {
    const descriptor = base + index * DESCRIPTOR_BYTES;
    const tableAddress = tables + bus.firstChannel * POINTER_BYTES;
    const ownSamples = samples + bus.firstOwned * stride;
    if (bus.owned) core.initialiseBus(descriptor, tableAddress, bus.capacity, bus.capacity, ownSamples, stride, sampleBytes);
    else core.initialiseBus(descriptor, tableAddress, bus.capacity, 0, silence, 0, sampleBytes);
    const { name, capacity } = bus;
    return { name, capacity, descriptor, descriptorWord: index * DESCRIPTOR_WORDS, tableWord: (tableAddress - base) / WORD_BYTES, tableAddress, samples: bus.owned ? ownSamples : 0, stride };
  });

  const views = new ViewCache(viewConstructor<F>(settings.sampleFormat), memory, diagnostics, (plan.ownedChannels + 1) * maxFrames);
  const region = new Region<F>(core, memory, views, diagnostics, {
    maxFrames,
    sampleBytes,
    base,
    buses: plan.buses.length,
    channels: plan.channels,
    silence,
    stride,
    outputSamples: samples + (plan.ownedChannels - plan.ownedOutputs) * stride,
    outputChannels: plan.ownedOutputs,
    staging: plan.stagingFloats > 0 ? staging : 0,
    stagingFloats: plan.stagingFloats,
    counters: plan.countersBytes > 0 ? counters : 0,
  }, settings.missingInputs, settings.detectConstant);
  if (plan.hasSilence) views.prepare(silence, maxFrames);

  const buses = places.map((busPlace) => new Bus<F>(region, busPlace));
  const inputs = Object.freeze(buses.slice(0, config.inputs.length));
  const outputs = Object.freeze(buses.slice(config.inputs.length));
  reclaimWith(region, place);
  return {
    config,
    region,
    inputs,
    outputs,
    auxInputs: Object.freeze(inputs.slice(1)),
    auxOutputs: Object.freeze(outputs.slice(1)),
    countersAddress: plan.countersBytes > 0 ? counters : 0,
    inputsAddress: inputs.length > 0 ? base : 0,
    outputsAddress: outputs.length > 0 ? base + inputs.length * DESCRIPTOR_BYTES : 0,
    inputTableAddress: totalChannels(config, "input") > 0 ? tables : 0,
    outputTableAddress: totalChannels(config, "output") > 0 ? tables + totalChannels(config, "input") * POINTER_BYTES : 0,
    usage: usageOf({
      pointerBytes: plan.channels * POINTER_BYTES,
      descriptorBytes: plan.buses.length * DESCRIPTOR_BYTES,
      sampleBytes: plan.ownedChannels * maxFrames * sampleBytes,
      silenceBytes: plan.hasSilence ? maxFrames * sampleBytes : 0,
      stagingBytes: plan.stagingFloats * FLOAT_BYTES,
      counterBytes: plan.countersBytes,
      totalBytes: plan.totalBytes,
      reclaimable: settings.heap.free !== undefined,
    }),
    release() {
      if (!region.live) return;
      region.end();
      reclaimed?.unregister(region);
      place.release();
    },
  };
}

/**
 * A region that nobody can reach any more gives its memory back, where the engine tells. What it is
 * given back with must not lead to the region.
 */
function reclaimWith(region: object, place: Reservation): void {
  if (typeof FinalizationRegistry !== "function") return;
  reclaimed ??= new FinalizationRegistry((unreachable) => unreachable.release());
  reclaimed.register(region, place, region);
}

let reclaimed: FinalizationRegistry<Reservation> | undefined;

function viewConstructor<F extends SampleFormat>(sampleFormat: SampleFormat): ViewConstructor<ChannelView<F>> {
  return (sampleFormat === "f64" ? Float64Array : Float32Array) as unknown as ViewConstructor<ChannelView<F>>;
}
