// What an AudioWorkletGlobalScope has; TypeScript's own libraries leave it out.

declare const sampleRate: number;

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

declare function registerProcessor(name: string, processor: new (options: never) => AudioWorkletProcessor): void;
