// One way to render through a real AudioWorklet in all four runtimes.

import { inNode, urlOf } from "./place";

export const SAMPLE_RATE = 48_000;

/** What the tests use of the Web Audio API, which Node's engine implements too. */
type Engine = Pick<typeof globalThis, "AudioContext" | "OfflineAudioContext" | "AudioWorkletNode" | "AudioBufferSourceNode">;

const engine: Engine = inNode ? await nodeEngine() : globalThis;
export const { AudioBufferSourceNode, AudioWorkletNode } = engine;

/**
 * An offline context with one processor module, named by its path from the root, loaded in it. Engines
 * that know `renderSizeHint` may grant it.
 */
export async function offlineContext(
  channels: number,
  frames: number,
  processor: string,
  renderSizeHint?: number,
): Promise<OfflineAudioContext> {
  const options: OfflineAudioContextOptions & { renderSizeHint?: number } = {
    numberOfChannels: channels,
    length: frames,
    sampleRate: SAMPLE_RATE,
  };
  if (renderSizeHint !== undefined) options.renderSizeHint = renderSizeHint;
  const context = new engine.OfflineAudioContext(options);
  await load(context, processor);
  return context;
}

/** A context in real time, in Node one that plays to nowhere. */
export async function realTimeContext(processor: string): Promise<AudioContext> {
  const context = new engine.AudioContext(inNode ? ({ sinkId: { type: "none" } } as AudioContextOptions) : {});
  await load(context, processor);
  return context;
}

function load(context: BaseAudioContext, processor: string): Promise<void> {
  return context.audioWorklet.addModule(inNode ? new URL(urlOf(processor)).pathname : urlOf(processor));
}

/** A source of these channels, which starts `offset` frames into the rendering. */
export function source(context: BaseAudioContext, channels: readonly Float32Array[], offset = 0): AudioBufferSourceNode {
  const buffer = context.createBuffer(channels.length, channels[0]!.length, context.sampleRate);
  for (const [c, samples] of channels.entries()) buffer.getChannelData(c).set(samples);
  const node = context.createBufferSource();
  node.buffer = buffer;
  node.start(offset / context.sampleRate);
  return node;
}

/**
 * The next message of a node's processor. Processors report by themselves, in their last block: a
 * question may be handled only after the whole rendering, in Node not at all.
 */
export function message<T>(node: AudioWorkletNode): Promise<T> {
  return new Promise((resolve, reject) => {
    node.port.onmessage = ({ data }) => resolve(data);
    node.onprocessorerror = () => reject(new Error("the processor threw"));
  });
}

async function nodeEngine(): Promise<Engine> {
  // Node 22 has it; the engine wants it on Node 20 too.
  const promises = Promise as unknown as { withResolvers?: unknown };
  promises.withResolvers ??= () => {
    let resolve: unknown;
    let reject: unknown;
    const promise = new Promise((...both) => ([resolve, reject] = both));
    return { promise, resolve, reject };
  };
  return (await import(/* @vite-ignore */ ["node-web-audio-api"].join())) as unknown as Engine;
}
