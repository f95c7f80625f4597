// An echo of which any number of nodes can run side by side: everything that belongs to one of them is
// in its own state.

import { BusDescriptor } from "wasm-process-buffers/assembly";

/** What a node remembers from block to block. Its delayed samples lie behind it. */
@unmanaged
class Echo {
  /** In frames. */
  length: u32 = 0;
  /** The frame that is read and written next. */
  position: u32 = 0;
}

/** The state of a new node that repeats what it hears `length` frames later. */
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

// The allocator with which a host places its buffers in this memory.

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}
