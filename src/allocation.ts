import { Buffers } from "./buffers";
import { type BusConfig, DEFAULT_BUS_CONFIG, frozenBusConfig } from "./config";
import { type Diagnostics, noDiagnostics } from "./diagnostics";
import type { HostBuses } from "./hosts/host-lists";
import { PlanarHost } from "./hosts/planar";
import { orRelease } from "./memory/reservation";
import { type Settings, settingsFrom } from "./options";

/** What a storage consists of until it is reconfigured. */
export interface Allocation {
  readonly buffers: Buffers;
  readonly planar: PlanarHost;
}

/**
 * How often an allocation is used to warm up. V8 keeps account of the types that a function sees, and makes faster code of it,
 * only when it has been called some times. With fewer uses, both happen in the first processor's constructor. With many more, V8
 * optimises while the first blocks are rendered.
 */
const USES = 12;

type Allocate = (config: BusConfig, settings: Settings, diagnostics: Diagnostics) => Allocation;

/**
 * [setup] Allocates what `config` needs, which has been validated before.
 *
 * Marked as pure, because it has an effect only on later calls: a bundler leaves the first use out where nothing allocates.
 *
 * @throws What {@link Buffers} throws. Then nothing stays allocated.
 */
export const allocate: Allocate = /* @__PURE__ */ warmedUpInWorklets((config, settings, diagnostics) => {
  const buffers = new Buffers(config, settings, diagnostics);
  return { buffers, planar: orRelease(buffers, () => new PlanarHost(buffers)) };
});

/**
 * [setup] Uses allocations, one after the other, as a processor would: it renders blocks of silence with each, and frees it. Engines
 * compile a function when it is first called, and a core when it is first needed. After this, they have compiled what a processor of
 * such a configuration needs.
 */
export function warmUpWith(allocateOne: () => Allocation): void {
  for (let use = 0; use < USES; use++) useOnce(allocateOne());
}

function useOnce({ buffers, planar }: Allocation): void {
  const { maxFrames } = buffers.settings;
  const channelCounts = (buses: readonly { capacity: number }[]) => buses.map(({ capacity }) => capacity);
  const inputs = silentBuses(channelCounts(buffers.inputs), maxFrames);
  const outputs = silentBuses(channelCounts(buffers.outputs), maxFrames);
  const render = (inputs: HostBuses, outputs: HostBuses) => {
    planar.collect(inputs, outputs, undefined);
    planar.deliver(outputs);
  };
  // Each kind of list takes another path: frozen lists that come again, as from engines; lists that can change; empty lists.
  for (let block = 0; block < 4; block++) render(inputs, outputs);
  render(thawed(inputs), thawed(outputs));
  render([], []);
  planar.forget();
  buffers.release();
}

/** [setup] A host's lists of silent channels, frozen as engines hand them over. */
export function silentBuses(channelCounts: readonly number[], frames: number): readonly (readonly Float32Array[])[] {
  const silence = (channels: number) => Array.from({ length: channels }, () => new Float32Array(frames));
  return Object.freeze(channelCounts.map((channels) => Object.freeze(silence(channels))));
}

function thawed(buses: readonly (readonly Float32Array[])[]): HostBuses {
  return buses.map((channels) => [...channels]);
}

/**
 * [setup] Returns `allocate`. In a worklet it warms up with it before. A worklet evaluates its modules while `addModule` waits, and
 * runs a processor's constructor and its first block between two blocks of audio.
 */
function warmedUpInWorklets(allocate: Allocate): Allocate {
  if ("registerProcessor" in globalThis) {
    try {
      warmUpWith(() => allocate(frozenBusConfig(DEFAULT_BUS_CONFIG), settingsFrom({}), noDiagnostics()));
    } catch {
      // What is wrong here, such as a policy that forbids WebAssembly, is wrong for the first storage too. That one throws.
    }
  }
  return allocate;
}
