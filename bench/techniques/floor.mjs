import { planarMemory } from "./planar-memory.mjs";

/** The least that anyone must do: one `TypedArray.set` for each channel in and out. */
export function floor(config, frames) {
  return bareCopies(planarMemory(config, frames));
}

/** The same for a kernel in doubles: typed arrays convert when they are set from others. */
export function floorInDoubles(config, frames) {
  return bareCopies(planarMemory(config, frames, { Samples: Float64Array }));
}

function bareCopies({ inputs, outputs }) {
  return { inputs, outputs, mover: new BareCopies(inputs.flat(), outputs.flat()) };
}

class BareCopies {
  constructor(inputViews, outputViews) {
    this.inputViews = inputViews;
    this.outputViews = outputViews;
  }

  collect(inputs) {
    const { inputViews } = this;
    let view = 0;
    for (let bus = 0; bus < inputs.length; bus++) {
      const channels = inputs[bus];
      for (let channel = 0; channel < channels.length; channel++) inputViews[view++].set(channels[channel]);
    }
  }

  deliver(outputs) {
    const { outputViews } = this;
    let view = 0;
    for (let bus = 0; bus < outputs.length; bus++) {
      const channels = outputs[bus];
      for (let channel = 0; channel < channels.length; channel++) channels[channel].set(outputViews[view++]);
    }
  }
}
