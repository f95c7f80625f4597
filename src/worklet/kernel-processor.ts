import type { HostBuses } from "../hosts/host-lists";
import type { HostParameterValues } from "../hosts/host-parameters";
import { unlike } from "../messages";
import type { ParameterInfo } from "../parameter-info";
import type { SampleFormat } from "../sample-format";
import type { KernelDefinition } from "./kernel-definition";
import { KernelSession } from "./kernel-session";
import { parameterDescriptorsFor } from "./node-options";
import { workletScope } from "./worklet-scope";

/**
 * [setup] In the module that `audioWorklet.addModule` loads: registers a processor that plays a kernel. Nodes of it are made by
 * `createKernelNode`, which brings the kernel's module and the same buses and parameters.
 *
 * A fault of the definition is told where a node is made of it: `createKernelNode` rejects with it. Engines tell nobody what a worklet's
 * module throws.
 *
 * In `process` nothing throws and nothing makes garbage, but for messages that tell of something. A kernel that throws
 * is not called again; the node says so by a "kernelerror" event.
 *
 * @param name As the node will name it.
 * @param definition What the kernel takes, and what else there is to say of it.
 * @throws TypeError for a name that is none; Error where there is no worklet. What the engine throws, for a name that is registered.
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
        // The session finds the same fault, and tells the node.
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
}
