import { silentBuses } from "../allocation";
import { type BusConfig, channelCountOf } from "../config";
import { EVERYDAY_CORE } from "../core/inlined";
import type { HostParameterValues } from "../hosts/host-parameters";
import { namedAllocator } from "../kernel/allocator";
import { renderQuantumFrames } from "../options";
import { completed } from "../parameter-info";
import type { SampleFormat } from "../sample-format";
import type { KernelDefinition } from "./kernel-definition";
import { busesOf } from "./kernel-life";
import { KernelSession } from "./kernel-session";
import { enveloped, type KernelRequest } from "./protocol";

/**
 * [setup] Plays silence with a kernel that does nothing. Engines compile a function when it is first called. After this, they
 * have compiled what the first node of such a definition needs. That node's constructor and its first block run between two
 * blocks of audio; this runs while `addModule` waits.
 *
 * @throws What is wrong with the definition.
 */
export function playSilence(definition: KernelDefinition<SampleFormat>): void {
  const config = busesOf(definition);
  const { blockFrames } = definition;
  const silentKernel: KernelDefinition<SampleFormat> = {
    ...config,
    ...(blockFrames === undefined ? {} : { blockFrames }),
    pages: 1,
    heapBase: 0,
    start: () => ({ process() {} }),
  };
  // What a kernel's allocator is recognised by.
  namedAllocator({ malloc: () => 0, free: () => 0 });
  // Any module would do. This one is at hand, and imports its memory.
  const module = new WebAssembly.Module(EVERYDAY_CORE.bytes());
  const port = new SilentPort();
  const request = {
    config,
    module,
    moduleId: "",
    memory: undefined,
    data: undefined,
    tail: 0,
    onTrap: "silence",
    instance: "own",
  } as const;
  const session = new KernelSession("", silentKernel, port as unknown as MessagePort, enveloped<KernelRequest>(request));
  const inputs = silentBuses(config.inputs.map(channelCountOf), renderQuantumFrames());
  const outputs = silentBuses(config.outputs.map(channelCountOf), renderQuantumFrames());
  const parameters = defaultValues(config);
  for (let block = 0; block < BLOCKS; block++) session.process(inputs, outputs, parameters);
  port.onmessage?.({ data: enveloped({ kind: "dispose" }) });
}

/** The second block finds what the first one has looked up. */
const BLOCKS = 3;

/** The port of a processor without a node: nobody gets what is posted. */
class SilentPort {
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;

  postMessage(): void {}
}

function defaultValues({ parameters = [] }: BusConfig): HostParameterValues {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, Float32Array.of(completed(parameter).defaultValue)]));
}
