// Renders as many blocks of one case as it is told, and waits then until it is told again: what is in the
// engine's log by then is of those blocks.

import { cases, litter } from "./cases.js";
import { BLOCKS, IS_DONE, LITTERS } from "./orders.js";

/** Many blocks in a render quantum, beside which whatever the engine allocates for each quantum is nothing. */
const BLOCKS_A_QUANTUM = 2000;

class Garbage extends AudioWorkletProcessor {
  constructor({ processorOptions: { name, orders } }) {
    super();
    this.orders = orders;
    this.left = 0;
    const kept = [];
    let turn = 0;
    const render = { ...cases, ...litter }[name]();
    this.render = render;
    // The control: the same block with one small object more.
    this.litter = (inputs, outputs) => {
      render(inputs, outputs);
      kept[0] = { turn: turn++ };
    };
  }

  process(inputs, outputs) {
    const { orders } = this;
    if (this.left === 0) {
      Atomics.store(orders, IS_DONE, 1);
      Atomics.notify(orders, IS_DONE);
      Atomics.wait(orders, IS_DONE, 1);
      this.left = orders[BLOCKS];
      if (this.left === 0) return false;
    }
    const count = Math.min(this.left, BLOCKS_A_QUANTUM);
    const render = orders[LITTERS] === 1 ? this.litter : this.render;
    for (let block = 0; block < count; block++) render(inputs, outputs);
    this.left -= count;
    return true;
  }
}

registerProcessor("garbage", Garbage);
