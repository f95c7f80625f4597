// Interleaved frames to channels and back: ours against loops over channel views.

import { InterleavedHost, ProcessBufferStorage } from "wasm-process-buffers";
import { inTurn } from "../block.mjs";
import { noise } from "../hosts.mjs";
import { planarMemory } from "../techniques/planar-memory.mjs";

export const CHANNELS = [1, 2, 6, 8, 32];
export const KINDS = { f32: Float32Array, i16: Int16Array };
export const DIRECTIONS = ["deinterleave", "interleave"];
const FRAMES = 128;
/** Arrays that take turns. */
const ARRAYS = 2;

/** A storage with one bus, and its adapter for an interleaved host: all that knows how the package does it. */
function interleavedHost(config, channelCount, format) {
  const storage = ProcessBufferStorage.allocateFromConfig(config, { maxFrames: FRAMES });
  storage.begin(FRAMES);
  return { bus: storage.mainInput ?? storage.mainOutput, host: new InterleavedHost(storage, { channelCount, format }) };
}

export function casesIn({ isMain }) {
  if (!isMain) return [];
  return Object.keys(KINDS).flatMap((kind) =>
    CHANNELS.flatMap((channels) =>
      DIRECTIONS.map((direction) => ({ id: interleavedId(direction, channels, kind), direction, channels, kind, isTarget: true })),
    ),
  );
}

export function interleavedId(direction, channels, kind) {
  return `${direction} ${channels}, ${kind}`;
}

export function works({ direction, channels, kind }) {
  const arrays = Array.from({ length: ARRAYS }, () =>
    KINDS[kind].from({ length: FRAMES * channels }, () => noise() * (kind === "i16" ? 65535 : 1)),
  );
  return direction === "deinterleave" ? deinterleaving(arrays, channels, kind) : interleaving(arrays, channels, kind);
}

function deinterleaving(arrays, channels, kind) {
  const views = planarMemory({ inputs: [channels], outputs: [] }, FRAMES).inputs[0];
  const loops = DEINTERLEAVE[kind];
  const { bus, host } = interleavedHost({ inputs: [channels], outputs: [] }, channels, kind);
  for (const samples of arrays) {
    loops(views, samples, channels);
    host.collect(samples);
    for (const [channel, view] of views.entries()) expectEqual(bus.channel(channel), view);
  }
  return [
    inTurn(arrays, "loops(views, host, channels);", { loops, views, channels }),
    inTurn(arrays, "ours.collect(host);", { ours: host }),
  ];
}

function interleaving(arrays, channels, kind) {
  const views = planarMemory({ inputs: [channels], outputs: [] }, FRAMES).inputs[0];
  const loops = INTERLEAVE[kind];
  const { bus, host } = interleavedHost({ inputs: [], outputs: [channels] }, channels, kind);
  views.forEach((view, channel) => {
    // Some of it too loud for integers.
    view.set(view.map(() => 2.5 * noise()));
    bus.channel(channel).set(view);
  });
  for (const samples of arrays) {
    loops(views, samples, channels);
    const expected = samples.slice();
    samples.fill(1);
    host.deliver(samples);
    expectEqual(samples, expected);
  }
  return [
    inTurn(arrays, "loops(views, host, channels);", { loops, views, channels }),
    inTurn(arrays, "ours.deliver(host);", { ours: host }),
  ];
}

/** Of the same length, so that a channel that was not given out is not taken for equal. */
function expectEqual(samples, expected) {
  const same = samples.length === expected.length && samples.every((sample, index) => sample === expected[index]);
  if (!same) throw new Error("ours and the loops do not agree");
}

/** The loops that one writes by hand, with the channel's view out of the inner one. */
const DEINTERLEAVE = {
  f32(views, samples, channels) {
    for (let channel = 0; channel < channels; channel++) {
      const view = views[channel];
      for (let frame = 0, at = channel; frame < FRAMES; frame++, at += channels) view[frame] = samples[at];
    }
  },
  i16(views, samples, channels) {
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
  i16(views, samples, channels) {
    for (let channel = 0; channel < channels; channel++) {
      const view = views[channel];
      for (let frame = 0, at = channel; frame < FRAMES; frame++, at += channels) {
        samples[at] = Math.max(-32768, Math.min(32767, Math.round(view[frame] * 32768)));
      }
    }
  },
};
