// The globals of an AudioWorkletGlobalScope. They are read only when they are needed, so that the package can be imported
// anywhere.

/** The part of the scope that is used here. */
export interface WorkletScope {
  readonly sampleRate: number;
  readonly currentFrame: number;
  readonly AudioWorkletProcessor: ProcessorClass | undefined;
  registerProcessor(name: string, processor: ProcessorClass): void;
}

/** A class of processors. */
export type ProcessorClass = new (options: { readonly processorOptions?: unknown }) => { readonly port: MessagePort };

/** The global scope. Only in a worklet it has these members. */
export const workletScope = globalThis as unknown as WorkletScope;
