import { Bus } from "./bus";
import type { BusConfig } from "./bus-config";
import { type Core, coreOver } from "./core";
import type { Diagnostics } from "./diagnostics";
import type { HostBuses } from "./host";
import { CHANNEL_COUNT_WORD, DESCRIPTOR_WORDS } from "./layout";
import type { Settings } from "./options";
import { type Plan, planFor } from "./plan";
import { isShared, NOWHERE, type Reservation, reserve } from "./reservation";
import { type ChannelView, FLOAT_BYTES, type SampleFormat } from "./sample-format";
import type { MemoryUsage } from "./usage";
import { ViewCache, type ViewConstructor } from "./view-cache";

/**
 * One allocation and the block that is in it: what all buses of a storage share, and all that a
 * reconfiguration replaces.
 *
 * The kernel can write to all of the memory. So whatever steers us (lengths, capacities, pointers) is
 * kept on this side; descriptors and tables are a copy for the kernel, written anew at the start of
 * each block.
 */
export interface Region<F extends SampleFormat> {
  readonly config: BusConfig;
  readonly settings: Settings;
  readonly diagnostics: Diagnostics;
  readonly core: Core;
  readonly memory: WebAssembly.Memory;
  readonly place: Reservation;
  /** Address of the first descriptor. Every place of the plan counts from here. */
  readonly base: number;
  readonly plan: Plan;
  /** Not frozen: engines are slow at reading frozen lists, and these are read in each block. */
  readonly inputs: Bus<F>[];
  readonly outputs: Bus<F>[];
  readonly auxInputs: Bus<F>[];
  readonly auxOutputs: Bus<F>[];
  readonly views: ViewCache<ChannelView<F>>;
  readonly floatViews: ViewCache<Float32Array>;
  readonly int16Views: ViewCache<Int16Array>;
  /** Descriptors of empty buses. */
  readonly emptied: Uint32Array;
  /** True where the kernel's samples are doubles, which hosts never have. */
  readonly converts: boolean;

  /** Frames of the current block. */
  frames: number;
  /** Number of the current block. */
  block: number;
  /** Number of the block in which all buses were last opened: in any other, a bus that was not settled is empty. */
  openedIn: number;
  /** True where a bus may have some. */
  hasForeignPointers: boolean;
  /** False once the memory is given back: it may be somebody else's by now. */
  live: boolean;
  /** Whether the buses were filled at the block's start, and not only emptied. */
  hasBegun: boolean;
  silenceIsClean: boolean;
  /** Frames into the block at which the kernel's pointers are. */
  windowStart: number;
  /** True once a host channel was found to be longer than the block. */
  wasCutShort: boolean;
  /** Where the host wants the block; `undefined` when it did not say. */
  hostOutputs: HostBuses | undefined;
  /** Descriptors and tables in 32-bit words. Of length 0 when the memory has grown. */
  shown: Uint32Array;
  /** What other threads may read. Of length 0 when the memory has grown. */
  counters: Uint32Array;
  /** Once somebody has asked for it. */
  usage: MemoryUsage | undefined;
}

/**
 * [setup] Allocates what `config`, which is frozen and judged, needs.
 * @throws RangeError when no memory could hold it; Error when the heap does not. Then nothing stays allocated.
 */
export function allocateRegion<F extends SampleFormat>(config: BusConfig, settings: Settings, diagnostics: Diagnostics): Region<F> {
  const { heap } = settings;
  const core = coreOver(heap.memory, settings.core);
  const plan = planFor(config, settings, isShared(heap.memory));
  // A configuration without a bus needs no memory at all.
  const place = plan.totalBytes === 0 ? NOWHERE : reserve(heap, plan.totalBytes);
  try {
    const region = build<F>(config, settings, plan, place, core, diagnostics);
    reclaimWith(region, place);
    return region;
  } catch (error) {
    place.release();
    throw error;
  }
}

/** [setup] Gives the memory back: every bus is empty from here on. */
export function releaseRegion<F extends SampleFormat>(region: Region<F>): void {
  if (!region.live) return;
  region.live = false;
  region.frames = 0;
  region.block++;
  region.hostOutputs = undefined;
  region.usage = undefined;
  reclaimed?.unregister(region);
  region.place.release();
}

export const FIRST_BLOCK = 1;

function build<F extends SampleFormat>(
  config: BusConfig,
  settings: Settings,
  plan: Plan,
  place: Reservation,
  core: Core,
  diagnostics: Diagnostics,
): Region<F> {
  const { memory } = settings.heap;
  const { maxFrames } = settings;
  const { buses, totalBytes, sampleBytes } = plan;
  const base = place.address;
  core.zeroChannels(base, totalBytes, 1, totalBytes);
  const View = (sampleBytes === FLOAT_BYTES ? Float32Array : Float64Array) as unknown as ViewConstructor<ChannelView<F>>;
  const region: Region<F> = {
    config,
    settings,
    diagnostics,
    core,
    memory,
    place,
    base,
    plan,
    inputs: [],
    outputs: [],
    auxInputs: [],
    auxOutputs: [],
    views: new ViewCache(View, memory, diagnostics, (plan.ownedChannels + 1) * maxFrames),
    floatViews: new ViewCache(Float32Array, memory, diagnostics, plan.stagingBytes / FLOAT_BYTES),
    int16Views: new ViewCache(Int16Array, memory, diagnostics, plan.interleavedFloats),
    emptied: new Uint32Array(buses.length * DESCRIPTOR_WORDS),
    converts: sampleBytes !== FLOAT_BYTES,
    frames: 0,
    block: FIRST_BLOCK,
    openedIn: 0,
    hasForeignPointers: false,
    live: true,
    hasBegun: false,
    silenceIsClean: false,
    windowStart: 0,
    wasCutShort: false,
    hostOutputs: undefined,
    shown: new Uint32Array(memory.buffer, base, plan.words),
    counters: NO_COUNTERS,
    usage: undefined,
  };
  describe(region);
  region.emptied.set(region.shown.subarray(0, region.emptied.length));
  for (let bus = 0; bus < buses.length; bus++) region.emptied[bus * DESCRIPTOR_WORDS + CHANNEL_COUNT_WORD] = 0;
  region.shown.set(region.emptied);

  if (plan.silenceBytes > 0) region.views.prepare(base + plan.silence, maxFrames);
  if (region.converts && plan.channels > 0) region.floatViews.prepare(base + plan.staging, maxFrames);
  const firstOutput = config.inputs.length;
  for (let index = 0; index < buses.length; index++) {
    const isInput = index < firstOutput;
    const bus = new Bus(region, index, isInput ? config.inputs[index]! : config.outputs[index - firstOutput]!);
    (isInput ? region.inputs : region.outputs).push(bus);
    if (index !== 0 && index !== firstOutput) (isInput ? region.auxInputs : region.auxOutputs).push(bus);
  }
  return region;
}

/** [render] Every bus as a block starts with it, for the kernel to see. */
export function describe<F extends SampleFormat>({ core, base, plan }: Region<F>): void {
  const { runs, sampleBytes } = plan;
  for (let r = 0; r < runs.length; r++) {
    const { descriptor, buses, capacities, table, first, stride } = runs[r]!;
    core.describeBuses(base + descriptor, buses, capacities, base + table, base + first, stride, sampleBytes);
  }
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

const NO_COUNTERS = /* @__PURE__ */ new Uint32Array(0);

let reclaimed: FinalizationRegistry<Reservation> | undefined;
