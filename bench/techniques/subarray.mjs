import { planarMemory } from "./planar-memory.mjs";

/** A new `subarray` of the heap for each channel and block, as many tutorials have it. */
export function subarray(config, frames) {
  const memory = planarMemory(config, frames);
  const heap = new Float32Array(memory.memory.buffer);
  const firstInput = memory.samplesAddress / 4;
  const firstOutput = firstInput + memory.inputs.flat().length * frames;
  const mover = {
    collect(inputs) {
      let from = firstInput;
      for (let bus = 0; bus < inputs.length; bus++) {
        const channels = inputs[bus];
        for (let channel = 0; channel < channels.length; channel++) {
          heap.subarray(from, from + frames).set(channels[channel]);
          from += frames;
        }
      }
    },
    deliver(outputs) {
      let from = firstOutput;
      for (let bus = 0; bus < outputs.length; bus++) {
        const channels = outputs[bus];
        for (let channel = 0; channel < channels.length; channel++) {
          channels[channel].set(heap.subarray(from, from + frames));
          from += frames;
        }
      }
    },
  };
  return { ...memory, mover };
}
