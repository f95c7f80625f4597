// What a kernel's block of another length than the host's adds to a block of the host's: a stereo kernel of 480 frames under a
// host of 128, against a kernel of 128 under it; and against what one writes by hand, sample by sample.

import { FixedBlocks, InterleavedHost, ProcessBufferStorage } from "wasm-process-buffers";
import { inTurn } from "../block.mjs";
import { createHosts, noise } from "../hosts.mjs";
import { planarMemory } from "../techniques/planar-memory.mjs";

const HOST_FRAMES = 128;
const KERNEL_FRAMES = 480;
const STEREO = { inputs: [2], outputs: [2] };

/** The baseline of each case, and the candidate. */
const CASES = {
  "480/128: ours / no blocks of its own": [withoutBlocks, () => fixedBlocks(HOST_FRAMES)],
  "480/128: ours / by hand": [byHand, () => fixedBlocks(HOST_FRAMES)],
  "480/any: ours / no blocks of its own": [withoutBlocks, () => fixedBlocks("any")],
  "480/128, interleaved: ours / no blocks of its own": [interleavedWithoutBlocks, interleavedBlocks],
};

export const FIXED_BLOCKS = Object.keys(CASES);
export const FIXED_BLOCKS_TARGET = FIXED_BLOCKS[0];

export function casesIn({ isMain }) {
  return isMain ? FIXED_BLOCKS.map((id) => ({ id, isTarget: id === FIXED_BLOCKS_TARGET })) : [];
}

export function works({ id }) {
  return CASES[id].map((make) => {
    const { hosts, body, scope, check } = make();
    const proof = inTurn(hosts, body, scope);
    for (let block = 0; block < 64; block++) proof();
    check();
    // The kernel is no part of what is measured.
    return inTurn(hosts, body, { ...scope, kernel: () => {} });
  });
}

/** Lists that come again, as engines hand them over. */
const planarHosts = () => createHosts(STEREO, HOST_FRAMES, "same");

/** After many blocks of the same samples, what comes out is what goes in, somewhere. */
function expectThrough(given, delivered) {
  const samples = new Set(given);
  if (!delivered.every((sample) => sample !== 0 && samples.has(sample))) throw new Error("what went in did not come out");
}

/** A kernel: from its inputs to its outputs. */
function through(storage, frames) {
  storage.begin(frames);
  storage.mainInput.connect();
  const ins = [0, 1].map((channel) => storage.mainInput.channel(channel));
  const outs = [0, 1].map((channel) => storage.mainOutput.channel(channel));
  return () => {
    outs[0].set(ins[0]);
    outs[1].set(ins[1]);
  };
}

function withoutBlocks() {
  const storage = ProcessBufferStorage.allocateFromConfig(STEREO, { maxFrames: HOST_FRAMES });
  const hosts = planarHosts();
  return {
    hosts,
    body: "storage.collect(host.inputs, host.outputs); kernel(); storage.deliver(host.outputs);",
    scope: { storage, kernel: through(storage, HOST_FRAMES) },
    check: () => expectThrough(hosts[0].inputs[0][1], hosts[0].outputs[0][1]),
  };
}

function fixedBlocks(hostFrames) {
  const storage = ProcessBufferStorage.allocateFromConfig(STEREO, { maxFrames: KERNEL_FRAMES });
  const hosts = planarHosts();
  return {
    hosts,
    body: "blocks.collect(host.inputs, host.outputs); while (blocks.next()) kernel(); blocks.deliver(host.outputs);",
    scope: { blocks: new FixedBlocks(storage, { hostFrames }), kernel: through(storage, KERNEL_FRAMES) },
    check: () => expectThrough(hosts[0].inputs[0][1], hosts[0].outputs[0][1]),
  };
}

/** A queue of samples for each channel and way, as in the worklets of most packages that have such a kernel; without its garbage. */
function byHand() {
  const memory = planarMemory(STEREO, KERNEL_FRAMES);
  const [ins, outs] = [memory.inputs[0], memory.outputs[0]];
  const hosts = planarHosts();
  const queues = [0, 1].map(() => ({ samples: new Float32Array(2 * KERNEL_FRAMES), read: 0, length: KERNEL_FRAMES - 32 }));
  const state = { gathered: 0 };
  const process = (inputs, outputs, kernel) => {
    const [from, to] = [inputs[0], outputs[0]];
    for (let frame = 0; frame < HOST_FRAMES; frame++) {
      for (let channel = 0; channel < 2; channel++) ins[channel][state.gathered] = from[channel][frame];
      if (++state.gathered < KERNEL_FRAMES) continue;
      state.gathered = 0;
      kernel();
      for (let channel = 0; channel < 2; channel++) {
        const queue = queues[channel];
        for (let k = 0; k < KERNEL_FRAMES; k++) queue.samples[(queue.read + queue.length + k) % queue.samples.length] = outs[channel][k];
        queue.length += KERNEL_FRAMES;
      }
    }
    for (let channel = 0; channel < 2; channel++) {
      const queue = queues[channel];
      const target = to[channel];
      for (let frame = 0; frame < HOST_FRAMES; frame++) {
        target[frame] = queue.samples[queue.read];
        queue.read = (queue.read + 1) % queue.samples.length;
      }
      queue.length -= HOST_FRAMES;
    }
  };
  return {
    hosts,
    body: "process(host.inputs, host.outputs, kernel);",
    scope: {
      process,
      kernel() {
        for (let channel = 0; channel < 2; channel++) outs[channel].set(ins[channel]);
      },
    },
    check: () => expectThrough(hosts[0].inputs[0][1], hosts[0].outputs[0][1]),
  };
}

function interleavedHost(maxFrames) {
  const storage = ProcessBufferStorage.allocateFromConfig(STEREO, { maxFrames });
  const host = { pcm: Float32Array.from({ length: 2 * HOST_FRAMES }, noise), out: new Float32Array(2 * HOST_FRAMES) };
  return {
    storage,
    hosts: [host],
    adapter: new InterleavedHost(storage, { channelCount: 2 }),
    check: () => expectThrough(host.pcm, host.out),
  };
}

function interleavedWithoutBlocks() {
  const { storage, hosts, adapter, check } = interleavedHost(HOST_FRAMES);
  return {
    hosts,
    body: "adapter.collect(host.pcm); kernel(); adapter.deliver(host.out);",
    scope: { adapter, kernel: through(storage, HOST_FRAMES) },
    check,
  };
}

function interleavedBlocks() {
  const { storage, hosts, adapter, check } = interleavedHost(KERNEL_FRAMES);
  return {
    hosts,
    body: "blocks.collectFrom(adapter, host.pcm); while (blocks.next()) kernel(); blocks.deliverTo(adapter, host.out);",
    scope: { blocks: new FixedBlocks(storage), adapter, kernel: through(storage, KERNEL_FRAMES) },
    check,
  };
}
