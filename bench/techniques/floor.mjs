import { planarMemory } from "./planar-memory.mjs";

/** The least that anyone must do: one `TypedArray.set` for each channel in and out. */
export function floor(config, frames) {
  const memory = planarMemory(config, frames);
  const inputViews = memory.inputs.flat();
  const outputViews = memory.outputs.flat();
  const mover = {
    collect(inputs) {
      let view = 0;
      for (let bus = 0; bus < inputs.length; bus++) {
        const channels = inputs[bus];
        for (let channel = 0; channel < channels.length; channel++) inputViews[view++].set(channels[channel]);
      }
    },
    deliver(outputs) {
      let view = 0;
      for (let bus = 0; bus < outputs.length; bus++) {
        const channels = outputs[bus];
        for (let channel = 0; channel < channels.length; channel++) channels[channel].set(outputViews[view++]);
      }
    },
  };
  return { ...memory, mover };
}
