// Interleaved frames to channels and back: ours against loops over channel views.

import { ProcessBufferStorage } from "wasm-process-buffers";
import { inTurn } from "../block.mjs";
import { noise } from "../hosts.mjs";
import { duel } from "../measure.mjs";
import { planarMemory } from "../techniques/planar-memory.mjs";

export const CHANNELS = [1, 2, 6, 8, 32];
export const KINDS = { f32: Float32Array, int16: Int16Array };
const FRAMES = 128;
/** Arrays that take turns. */
const ARRAYS = 2;

export const cases = Object.keys(KINDS).flatMap((kind) =>
  CHANNELS.flatMap((channels) =>
    ["deinterleave", "interleave"].map((direction) => ({ id: interleavedId(direction, channels, kind), direction, channels, kind })),
  ),
);

export function interleavedId(direction, channels, kind) {
  return `${direction} ${channels}, ${kind}`;
}

export function run({ direction, channels, kind }, effort) {
  const arrays = Array.from({ length: ARRAYS }, () =>
    KINDS[kind].from({ length: FRAMES * channels }, () => noise() * (kind === "int16" ? 65535 : 1)),
  );
  const works = direction === "deinterleave" ? deinterleaving(arrays, channels, kind) : interleaving(arrays, channels, kind);
  return duel(...works, effort);
}

function deinterleaving(arrays, channels, kind) {
  const views = planarMemory({ inputs: [channels], outputs: [] }, FRAMES).inputs[0];
  const loops = DEINTERLEAVE[kind];
  const storage = storageFor({ inputs: [channels], outputs: [] }, channels);
  const bus = storage.mainInput;
  for (const samples of arrays) {
    loops(views, samples, channels);
    if (storage.collectInterleaved(bus, samples, channels) !== channels) throw new Error("deinterleave: channels were refused");
    for (const [channel, view] of views.entries()) expectEqual(bus.channel(channel), view);
  }
  return [
    inTurn(arrays, "loops(views, host, channels);", { loops, views, channels }),
    inTurn(arrays, "storage.collectInterleaved(bus, host, channels);", { storage, bus, channels }),
  ];
}

function interleaving(arrays, channels, kind) {
  const views = planarMemory({ inputs: [channels], outputs: [] }, FRAMES).inputs[0];
  const loops = INTERLEAVE[kind];
  const storage = storageFor({ inputs: [], outputs: [channels] }, channels);
  const bus = storage.mainOutput;
  views.forEach((view, channel) => {
    // Some of it too loud for integers.
    view.set(view.map(() => 2.5 * noise()));
    bus.channel(channel).set(view);
  });
  for (const samples of arrays) {
    loops(views, samples, channels);
    const expected = samples.slice();
    samples.fill(1);
    if (storage.deliverInterleaved(bus, samples, channels) !== channels) throw new Error("interleave: channels were refused");
    expectEqual(samples, expected);
  }
  return [
    inTurn(arrays, "loops(views, host, channels);", { loops, views, channels }),
    inTurn(arrays, "storage.deliverInterleaved(bus, host, channels);", { storage, bus, channels }),
  ];
}

function storageFor(config, interleavedChannels) {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: FRAMES, interleavedChannels });
  storage.begin(FRAMES);
  return storage;
}

function expectEqual(samples, expected) {
  if (!samples.every((sample, index) => sample === expected[index])) throw new Error("ours and the loops do not agree");
}

/** The loops that one writes by hand, with the channel's view out of the inner one. */
const DEINTERLEAVE = {
  f32(views, samples, channels) {
    for (let channel = 0; channel < channels; channel++) {
      const view = views[channel];
      for (let frame = 0, at = channel; frame < FRAMES; frame++, at += channels) view[frame] = samples[at];
    }
  },
  int16(views, samples, channels) {
    for (let channel = 0; channel < channels; channel++) {
      const view = views[channel];
      for (let frame = 0, at = channel; frame < FRAMES; frame++, at += channels) view[frame] = samples[at] / 32768;
    }
  },
};

const INTERLEAVE = {
  f32(views, samples, channels) {
    for (let channel = 0; channel < channels; channel++) {
      const view = views[channel];
      for (let frame = 0, at = channel; frame < FRAMES; frame++, at += channels) samples[at] = view[frame];
    }
  },
  int16(views, samples, channels) {
    for (let channel = 0; channel < channels; channel++) {
      const view = views[channel];
      for (let frame = 0, at = channel; frame < FRAMES; frame++, at += channels) {
        samples[at] = Math.max(-32768, Math.min(32767, Math.round(view[frame] * 32768)));
      }
    }
  },
};
