// Multiplies every channel by a gain.

import { BusDescriptor } from "wasm-process-buffers/assembly";

let gain: f32 = 1;

export function setGain(factor: f32): void {
  gain = factor;
}

export function process(inputs: usize, outputs: usize, frames: u32): void {
  const input = changetype<BusDescriptor>(inputs);
  const output = changetype<BusDescriptor>(outputs);
  for (let c: usize = 0; c < output.channelCount; c++) {
    const from = load<usize>(input.data32 + c * sizeof<usize>());
    const to = load<usize>(output.data32 + c * sizeof<usize>());
    for (let at: usize = 0, end = (<usize>frames) << 2; at < end; at += 4) store<f32>(to + at, load<f32>(from + at) * gain);
  }
}

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}
