// An echo for any number of nodes side by side: everything that belongs to one node is in a state of its own.

import { BusDescriptor } from "wasm-process-buffers/assembly";

/** What a node keeps from block to block. Its delayed samples follow in memory. */
@unmanaged
class Echo {
  /** In frames. */
  length: u32 = 0;
  /** Place of the delayed sample that is read and written next. */
  position: u32 = 0;
}

/** Makes the state of a node that repeats its input `length` frames later. */
export function create(length: u32): usize {
  const bytes = offsetof<Echo>() + ((<usize>length) << 2);
  const state = heap.alloc(bytes);
  memory.fill(state, 0, bytes);
  changetype<Echo>(state).length = length;
  return state;
}

export function process(state: usize, inputs: usize, outputs: usize, frames: u32): void {
  const echo = changetype<Echo>(state);
  const from = load<usize>(changetype<BusDescriptor>(inputs).data32);
  const to = load<usize>(changetype<BusDescriptor>(outputs).data32);
  for (let k: usize = 0; k < <usize>frames; k++) {
    const delayed = state + offsetof<Echo>() + ((<usize>echo.position) << 2);
    store<f32>(to + (k << 2), load<f32>(delayed));
    store<f32>(delayed, load<f32>(from + (k << 2)));
    if (++echo.position == echo.length) echo.position = 0;
  }
}

// The host calls these two functions to place its buffers in the kernel's memory.

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}
