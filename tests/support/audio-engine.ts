// Renders through real AudioWorklets: those of the browser, or those of an audio engine for Node.

import { fileUrl, inNode } from "./file-urls";

export const SAMPLE_RATE = 48_000;

/** The part of the Web Audio API that tests use. Node's engine implements it too. */
type Engine = Pick<typeof globalThis, "AudioContext" | "OfflineAudioContext" | "AudioWorkletNode" | "AudioBufferSourceNode">;

const engine: Engine = inNode ? await nodeEngine() : globalThis;
export const { AudioBufferSourceNode, AudioWorkletNode } = engine;

/**
 * An offline context in which one processor module is loaded. `processor` is its path from the root of the
 * project. Engines that know `renderSizeHint` may render in blocks of that size.
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

/** A context in real time. In Node it needs no audio device. */
export async function realTimeContext(processor: string): Promise<AudioContext> {
  const context = new engine.AudioContext(inNode ? ({ sinkId: { type: "none" } } as AudioContextOptions) : {});
  await load(context, processor);
  return context;
}

/** Closes a context that has fallen silent, see {@link fallSilent}. */
export async function closeInSilence(context: AudioContext, heard: readonly AudioNode[]): Promise<void> {
  await fallSilent(context, heard);
  await context.close();
}

/**
 * Disconnects what is heard, and lets the context render silence, before it is closed or its page goes. WebKitGTK 2.50 may crash where a
 * context ends in an audible block: its worklet's thread then calls AudioDestinationGStreamer::notifyIsPlaying of a destination that is
 * gone.
 */
export async function fallSilent(context: BaseAudioContext, heard: readonly AudioNode[]): Promise<void> {
  for (const node of heard) node.disconnect();
  const silentFrom = context.currentTime + SILENT_SECONDS;
  while (context.state === "running" && context.currentTime < silentFrom) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Enough in 20 runs on a busy machine, in which WebKitGTK had crashed five times of 32. */
const SILENT_SECONDS = 0.1;

function load(context: BaseAudioContext, processor: string): Promise<void> {
  return context.audioWorklet.addModule(inNode ? new URL(fileUrl(processor)).pathname : fileUrl(processor));
}

/** A source node that plays these channels, and starts `offset` frames into the rendering. */
export function startedSource(context: BaseAudioContext, channels: readonly Float32Array[], offset = 0): AudioBufferSourceNode {
  const buffer = context.createBuffer(channels.length, channels[0]!.length, context.sampleRate);
  for (const [c, samples] of channels.entries()) buffer.getChannelData(c).set(samples);
  const node = context.createBufferSource();
  node.buffer = buffer;
  node.start(offset / context.sampleRate);
  return node;
}

/**
 * What a context renders, copied. In Node's engine a channel's array does not keep its AudioBuffer, whose memory is given back
 * once it is collected.
 */
export async function renderedChannels(context: OfflineAudioContext): Promise<Float32Array[]> {
  const rendered = await context.startRendering();
  const channels = Array.from({ length: rendered.numberOfChannels }, () => new Float32Array(rendered.length));
  for (const [channel, samples] of channels.entries()) rendered.copyFromChannel(samples, channel);
  return channels;
}

/**
 * The next message of a node's processor. Processors send their report in their last block, unasked:
 * a message to them may be handled only after the whole rendering, and in Node not at all.
 */
export function nextMessage<T>(node: AudioWorkletNode): Promise<T> {
  return new Promise((resolve, reject) => {
    node.port.onmessage = ({ data }) => resolve(data);
    node.onprocessorerror = () => reject(new Error("the processor threw"));
  });
}

async function nodeEngine(): Promise<Engine> {
  // The engine calls Promise.withResolvers, which Node 20 does not have.
  const promises = Promise as unknown as { withResolvers?: unknown };
  promises.withResolvers ??= () => {
    let resolve: unknown;
    let reject: unknown;
    const promise = new Promise((...both) => ([resolve, reject] = both));
    return { promise, resolve, reject };
  };
  return (await import(/* @vite-ignore */ ["node-web-audio-api"].join())) as unknown as Engine;
}
