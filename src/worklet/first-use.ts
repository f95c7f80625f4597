import { silentBuses } from "../allocation";
import { type BusConfig, channelCountOf, infoOf } from "../config";
import { EVERYDAY_CORE } from "../core/inlined";
import type { HostParameterValues } from "../hosts/host-parameters";
import { namedAllocator } from "../kernel/allocator";
import { renderQuantumFrames } from "../options";
import { completed } from "../parameter-info";
import type { SampleFormat } from "../sample-format";
import type { KernelDefinition } from "./kernel-definition";
import { busesOf } from "./kernel-life";
import { KernelSession } from "./kernel-session";
import { enveloped, type KernelRequest, opened, type ProcessorMessage } from "./protocol";

/**
 * [setup] Plays silence with a kernel that does nothing. Engines compile a function when it is first called, and a core when it is
 * first needed. After this, they have compiled what the first node of such a definition needs. That node's constructor and its first
 * block run between two blocks of audio; this runs while `addModule` waits. It is done once in a worklet for definitions of one kind.
 *
 * @throws What is wrong with the definition's buses.
 */
export function playSilence(definition: KernelDefinition<SampleFormat>): void {
  const config = busesOf(definition);
  const { blockFrames } = definition;
  const kind = kindOf(config, blockFrames);
  if (playedKinds.has(kind)) return;
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
  if (!port.hasFailed) playedKinds.add(kind);
}

const playedKinds = /* @__PURE__ */ new Set<string>();

/** Says which of the library's code a definition needs: for parameters, for blocks of the kernel's own length, for forms of buses. */
function kindOf({ inputs, outputs, parameters = [] }: BusConfig, blockFrames: number | undefined): string {
  const formsOf = (buses: BusConfig["inputs"]) => {
    const forms = buses.map(infoOf).map(({ layout, sampleFormat, scale }) => [layout, sampleFormat, scale].join());
    return [...new Set(forms)].sort();
  };
  return JSON.stringify([parameters.length > 0, blockFrames !== undefined, formsOf(inputs), formsOf(outputs)]);
}

/** The second block finds what the first one has looked up. */
const BLOCKS = 3;

/** The port of a processor without a node: nobody gets what is posted. */
class SilentPort {
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  hasFailed = false;

  postMessage(message: unknown): void {
    if (opened<ProcessorMessage>(message)?.kind === "failed") this.hasFailed = true;
  }
}

function defaultValues({ parameters = [] }: BusConfig): HostParameterValues {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, Float32Array.of(completed(parameter).defaultValue)]));
}
