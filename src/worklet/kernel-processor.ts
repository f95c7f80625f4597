import type { HostBuses } from "../hosts/host-lists";
import type { HostParameterValues } from "../hosts/host-parameters";
import { unlike } from "../messages";
import type { ParameterInfo } from "../parameter-info";
import type { SampleFormat } from "../sample-format";
import { playSilence } from "./first-use";
import type { KernelDefinition } from "./kernel-definition";
import { KernelSession } from "./kernel-session";
import { parameterDescriptorsFor } from "./node-options";
import { workletScope } from "./worklet-scope";

/**
 * [setup] In the module that `audioWorklet.addModule` loads: registers a processor that plays a kernel. Its nodes are made by
 * {@link createKernelNode}, which brings the kernel's module and the same buses and parameters.
 *
 * A fault in the definition is not thrown here, because engines do not report what a worklet's module throws. It is the error
 * with which `createKernelNode` rejects.
 *
 * It plays a few blocks of silence with a kernel that does nothing, so that the engine has compiled the library's code before the
 * first node is made. `addModule` waits for it.
 *
 * The processor's `process` does not throw, and allocates only when it posts a message. A kernel that throws is not called again;
 * its node dispatches a "kernelerror" event.
 *
 * @param name The name by which `createKernelNode` asks for the processor.
 * @param definition The kernel's buses and parameters, and how the kernel is made and called.
 * @throws TypeError when `name` is no string; Error when this is no worklet; what the engine throws when the name is taken.
 * @example
 * ```ts
 * import { registerKernelProcessor } from "wasm-process-buffers";
 * import { config } from "./config.js";
 *
 * registerKernelProcessor("gain", config);
 * ```
 */
export function registerKernelProcessor<F extends SampleFormat = "f32">(name: string, definition: KernelDefinition<F>): void {
  if (typeof name !== "string") throw unlike(TypeError, "a processor's name is a string", name);
  const { AudioWorkletProcessor } = workletScope;
  if (AudioWorkletProcessor === undefined) {
    throw new Error("registerKernelProcessor is for the module that audioWorklet.addModule loads; there is no AudioWorkletProcessor here");
  }
  class KernelProcessor extends AudioWorkletProcessor {
    private readonly session: KernelSession;

    static get parameterDescriptors(): ParameterInfo[] {
      try {
        return parameterDescriptorsFor(definition);
      } catch {
        // KernelSession finds the same fault when a node is made, and reports it to that node.
        return [];
      }
    }

    constructor(options: { readonly processorOptions?: unknown }) {
      super(options);
      this.session = new KernelSession(name, definition as KernelDefinition<never>, this.port, options.processorOptions);
    }

    process(inputs: HostBuses, outputs: HostBuses, parameters: HostParameterValues): boolean {
      return this.session.process(inputs, outputs, parameters);
    }
  }
  workletScope.registerProcessor(name, KernelProcessor);
  try {
    playSilence(definition as KernelDefinition<never>);
  } catch {
    // The definition is at fault. The first node reports it.
  }
}
