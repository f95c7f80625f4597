// Renders one case after the other, each many times in a render quantum: for some phases to warm up, for
// some to be measured. The page stops the clock between one phase and the next.

import { InterleavedHost, ProcessBufferStorage } from "wasm-process-buffers";

class Garbage extends AudioWorkletProcessor {
  constructor({ processorOptions: { config, cases, phases, phaseFrames, repeats } }) {
    super();
    this.phaseFrames = phaseFrames;
    this.repeats = repeats;
    this.blocks = cases.map(({ options, host, litters }) =>
      blockOf(ProcessBufferStorage.allocateFromConfig(config, options), host, litters),
    );
    this.phases = phases;
  }

  process(inputs, outputs) {
    const render = this.blocks[Math.floor(currentFrame / this.phaseFrames / this.phases)];
    if (render === undefined) return false;
    for (let i = 0; i < this.repeats; i++) render(inputs, outputs);
    return true;
  }
}

const samplesOf = (channels) => Array.from({ length: channels }, () => new Float32Array(128).fill(0.5));

/** One block as a function of its own, so that one case's types are not another's. */
function blockOf(storage, host, litters) {
  const lookAt = (buses) => {
    for (let b = 0; b < buses.length; b++) {
      const bus = buses[b];
      for (let c = 0; c < bus.length; c++) if (bus.channel(c).length !== storage.frames) throw new Error("no view of the block");
    }
  };
  const fewer = Object.freeze([Object.freeze([new Float32Array(128).fill(0.5)])]);
  const none = Object.freeze([]);
  // Lists that are not frozen, as other engines hand them over.
  const plainInputs = storage.inputs.map(({ capacity }) => samplesOf(capacity));
  const plainOutputs = storage.outputs.map(({ capacity }) => samplesOf(capacity));
  const interleavedHost = host === "f32" || host === "i16" ? new InterleavedHost(storage, { channelCount: 2, format: host }) : undefined;
  const samples = host === "i16" ? new Int16Array(256) : new Float32Array(256);
  const kept = [];
  let turn = 0;
  const planar = (inputs, outputs) => {
    storage.collect(inputs, outputs);
    lookAt(storage.inputs);
    storage.setWindow(0, 50);
    storage.setWindow(50, 78);
    lookAt(storage.outputs);
    storage.deliver(outputs);
  };
  const interleaved = () => {
    interleavedHost.collect(samples);
    lookAt(storage.inputs);
    interleavedHost.deliver(samples);
  };
  const ways = {
    steady: planar,
    changing(inputs, outputs) {
      turn = (turn + 1) % 3;
      if (turn === 0) planar(inputs, outputs);
      else if (turn === 1) planar(fewer, outputs);
      else planar(none, fewer);
    },
    plain: () => planar(plainInputs, plainOutputs),
    f32: interleaved,
    i16: interleaved,
  };
  const render = ways[host];
  if (!litters) return render;
  return (inputs, outputs) => {
    render(inputs, outputs);
    kept[0] = { turn };
  };
}

registerProcessor("garbage", Garbage);
