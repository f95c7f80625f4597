import { planarMemory } from "./planar-memory.mjs";

/** `{ numberOfChannels, samplesPerChannel, data }`, 4 bytes each. */
const STRUCT_WORDS = 3;

/**
 * One struct for each bus, written anew in every block with `for…of` over the host's lists: the
 * technique of worklet glue that hands a kernel structs on the wasm stack. What moves the stack's
 * pointer is left out; outputs are not zeroed.
 */
export function structs(config, frames) {
  const buses = config.inputs.length + config.outputs.length;
  const memory = planarMemory(config, frames, { reservedBytes: buses * STRUCT_WORDS * 4 });
  const { buffer } = memory.memory;
  const words = new Uint32Array(buffer);
  const floats = new Float32Array(buffer);
  const outputViews = memory.outputs.flat();
  const channelBytes = frames * 4;
  const mover = {
    collect(inputs, outputs) {
      let word = memory.address >> 2;
      let data = memory.samplesAddress;
      for (const channels of inputs) {
        words[word] = channels.length;
        words[word + 1] = frames;
        words[word + 2] = data;
        word += STRUCT_WORDS;
        for (const channel of channels) {
          floats.set(channel, data >> 2);
          data += channelBytes;
        }
      }
      for (const channels of outputs) {
        words[word] = channels.length;
        words[word + 1] = frames;
        words[word + 2] = data;
        word += STRUCT_WORDS;
        data += channelBytes * channels.length;
      }
    },
    deliver(outputs) {
      let view = 0;
      for (const channels of outputs) {
        for (const channel of channels) channel.set(outputViews[view++]);
      }
    },
  };
  return { ...memory, mover };
}
