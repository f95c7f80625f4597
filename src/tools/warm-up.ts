import { type BusConfig, DEFAULT_BUS_CONFIG } from "../config";
import type { StorageOptions } from "../options";
import type { SampleFormat } from "../sample-format";
import { ProcessBufferStorage } from "../storage";

/**
 * [setup] Makes the engine do now what it otherwise does at the first use: it compiles a JavaScript function when that is first
 * called, and the core when the first storage is allocated. Call it at the module scope of a processor. Then `addModule` takes
 * longer. The processor's constructor and its first block take less time, and these run between two blocks of audio.
 *
 * It allocates a storage, renders blocks of silence with it, and frees it.
 *
 * @param config The buses of the processors to come. Default: stereo in and out.
 * @param options Options of their storages. Default for `heap`: the one that all storages of this realm share.
 * @throws What `ProcessBufferStorage.allocateFromConfig` throws.
 * @example In the processor's module
 * ```ts
 * warmUp();
 * registerProcessor("effect", Effect);
 * ```
 */
export function warmUp<F extends SampleFormat = "f32">(config: BusConfig = DEFAULT_BUS_CONFIG, options: StorageOptions<F> = {}): void {
  const storage = ProcessBufferStorage.allocateFromConfig(config, options);
  const hostOf = (capacities: readonly { capacity: number }[], freeze: <T extends object>(list: T) => T) =>
    freeze(capacities.map(({ capacity }) => freeze(Array.from({ length: capacity }, () => new Float32Array(storage.maxFrames)))));
  const render = (inputs: readonly Float32Array[][], outputs: readonly Float32Array[][]) => {
    storage.collect(inputs, outputs);
    storage.deliver(outputs);
  };
  // Each kind of list takes another path: frozen lists that come again, as from engines; lists that can change; empty lists.
  const known = [hostOf(storage.inputs, Object.freeze as never), hostOf(storage.outputs, Object.freeze as never)] as const;
  for (let block = 0; block < 4; block++) render(...known);
  const plain = (list: object) => list;
  render(hostOf(storage.inputs, plain as never), hostOf(storage.outputs, plain as never));
  render([], []);
  storage.free();
}
