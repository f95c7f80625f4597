// What plays while the soak runs in a context: sources of different channel counts that come and go.

const SECONDS_EACH = 0.37;
const COUNTS = [
  [2, 1],
  [1, 0],
  [0, 2],
  [4, 2],
  [2, 0],
  [0, 0],
  [6, 1],
];

/**
 * A node of two input and two output buses, its sources, and what it makes of them at the destination.
 *
 * @param {any} context
 * @param {{ seconds: number, warmBlocks: number }} length
 * @param {{ AudioWorkletNode: any }} engine
 */
export function connectSoak(context, { seconds, warmBlocks }, { AudioWorkletNode } = globalThis) {
  const node = new AudioWorkletNode(context, "soak", {
    numberOfInputs: 2,
    numberOfOutputs: 2,
    outputChannelCount: [2, 1],
    processorOptions: { frames: context.length, warmBlocks },
  });
  const buffers = new Map([1, 2, 4, 6].map((channels) => [channels, noise(context, channels)]));
  for (let time = 0, turn = 0; time < seconds; time += SECONDS_EACH, turn++) {
    COUNTS[turn % COUNTS.length].forEach((channels, input) => {
      if (channels === 0) return;
      const source = context.createBufferSource();
      source.buffer = buffers.get(channels);
      source.connect(node, 0, input);
      source.start(time);
      source.stop(time + SECONDS_EACH);
    });
  }
  node.connect(context.destination, 0);
  return node;
}

function noise(context, channels) {
  const buffer = context.createBuffer(channels, context.sampleRate, context.sampleRate);
  for (let c = 0; c < channels; c++) {
    const samples = buffer.getChannelData(c);
    for (let k = 0, state = c + 1; k < samples.length; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      samples[k] = state / 2 ** 31 - 1;
    }
  }
  return buffer;
}
