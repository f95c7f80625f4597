import { warmUpWith } from "../allocation";
import { type BusConfig, DEFAULT_BUS_CONFIG } from "../config";
import type { StorageOptions } from "../options";
import type { SampleFormat } from "../sample-format";
import { ProcessBufferStorage } from "../storage";

/**
 * [setup] Makes the engine do now what it otherwise does at the first use: it compiles a JavaScript function when that is first
 * called, and a core when a storage first needs it. It allocates a storage, renders blocks of silence with it, and frees it, twelve
 * times: V8 compiles a function once more, to faster code, when it has been called some times.
 *
 * In a worklet, the library does this by itself for the default buses and options when its module is evaluated. Call `warmUp` at
 * the module scope of a processor whose buses or options are others, such as doubles, parameters or buses that are contiguous.
 * Then `addModule` takes longer. The processor's constructor and its first block take less time, and these run between two
 * blocks of audio. `registerKernelProcessor` does the same for the buses of its definition, but not for options that the
 * definition's `storage` returns: these are known only when there is a kernel.
 *
 * @param config The buses of the processors to come. Default: stereo in and out.
 * @param options Options of their storages. Default for `heap`: the one that all storages of this realm share.
 * @throws What `ProcessBufferStorage.allocateFromConfig` throws.
 * @example In the processor's module
 * ```ts
 * warmUp({ inputs: [2, 1], outputs: [2] }, { sampleFormat: "f64" });
 * registerProcessor("effect", Effect);
 * ```
 */
export function warmUp<F extends SampleFormat = "f32">(config: BusConfig = DEFAULT_BUS_CONFIG, options: StorageOptions<F> = {}): void {
  warmUpWith(() => ProcessBufferStorage.allocateFromConfig(config, options));
}
