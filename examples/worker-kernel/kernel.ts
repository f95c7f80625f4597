// A room, by direct convolution: each output sample takes 4096 multiplications. A block of 4096 stereo frames takes some ten
// milliseconds: far too long for an audio thread, and little for a worker, which has 85 milliseconds for it.

import { BusDescriptor } from "wasm-process-buffers/assembly";

const TAPS: i32 = 4096;
const MOST_CHANNELS: i32 = 2;

/** The room's impulse response: noise that dies away. */
const room = new StaticArray<f32>(TAPS);
/** For each channel the last TAPS - 1 frames before the block, then the block. */
let heard = new StaticArray<f32>(0);
let blockFrames: i32 = 0;

let state: u32 = 1;
for (let k = 0; k < TAPS; k++) {
  state = state * 1664525 + 1013904223;
  const fading = <f32>(TAPS - k) / <f32>TAPS;
  room[k] = (<f32>state / 2147483648.0 - 1.0) * fading * fading * 0.05;
}

/** Allocates for blocks of `frames` frames. */
export function prepare(frames: i32): void {
  blockFrames = frames;
  heard = new StaticArray<f32>(MOST_CHANNELS * (TAPS - 1 + frames));
}

/** Sample `k` of the impulse response: what is heard `k` frames after a click. */
export function response(k: i32): f32 {
  return room[k];
}

export function process(inputs: usize, outputs: usize, frames: i32): void {
  const input = changetype<BusDescriptor>(inputs);
  const output = changetype<BusDescriptor>(outputs);
  for (let c: i32 = 0; c < min(MOST_CHANNELS, <i32>output.channelCount); c++) {
    const from = load<usize>(input.data32 + c * sizeof<usize>());
    const to = load<usize>(output.data32 + c * sizeof<usize>());
    const past = changetype<usize>(heard) + c * (TAPS - 1 + blockFrames) * sizeof<f32>();
    const block = past + (TAPS - 1) * sizeof<f32>();
    memory.copy(block, from, frames * sizeof<f32>());
    for (let k: i32 = 0; k < frames; k++) {
      let sum: f32 = 0;
      let at = block + k * sizeof<f32>();
      for (let tap: i32 = 0; tap < TAPS; tap++) {
        sum += load<f32>(at) * unchecked(room[tap]);
        at -= sizeof<f32>();
      }
      store<f32>(to + k * sizeof<f32>(), sum);
    }
    memory.copy(past, past + frames * sizeof<f32>(), (TAPS - 1) * sizeof<f32>());
  }
}

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}
