// Three nodes that know nothing of each other: each reads and writes only the buses that it is handed.

import { BusDescriptor } from "wasm-process-buffers/assembly";

let phase: f32 = 0;
let step: f32 = 0;

/** Sets the tone's frequency, in periods per frame. */
export function setStep(periods: f32): void {
  step = periods;
}

/** Writes a sawtooth to the left channel, and the inverted sawtooth to the right channel. */
export function saw(outputs: usize, frames: u32): void {
  const output = changetype<BusDescriptor>(outputs);
  for (let k: u32 = 0; k < frames; k++) {
    phase += step;
    if (phase >= 1) phase -= 1;
    const sample: f32 = phase * 2 - 1;
    store<f32>(at(output, 0, k), sample);
    store<f32>(at(output, 1, k), -sample);
  }
}

/** Clips samples to -0.5 … 0.5. It reads each sample before it writes it, so input and output may be the same buffers. */
export function clip(inputs: usize, outputs: usize, frames: u32): void {
  const input = changetype<BusDescriptor>(inputs);
  const output = changetype<BusDescriptor>(outputs);
  for (let c: u32 = 0; c < output.channelCount; c++) {
    for (let k: u32 = 0; k < frames; k++) {
      store<f32>(at(output, c, k), max<f32>(-0.5, min<f32>(0.5, load<f32>(at(input, c, k)))));
    }
  }
}

/** Adds a quarter of each channel to the other. Each output needs both inputs, so input and output have different buffers. */
export function crossfeed(inputs: usize, outputs: usize, frames: u32): void {
  const input = changetype<BusDescriptor>(inputs);
  const output = changetype<BusDescriptor>(outputs);
  for (let c: u32 = 0; c < 2; c++) {
    for (let k: u32 = 0; k < frames; k++) {
      store<f32>(at(output, c, k), load<f32>(at(input, c, k)) + load<f32>(at(input, 1 - c, k)) * 0.25);
    }
  }
}

/** Address of sample `k` of channel `c`. */
function at(bus: BusDescriptor, c: u32, k: u32): usize {
  return load<usize>(bus.data32 + ((<usize>c) << 2)) + ((<usize>k) << 2);
}

// The host calls these two functions to place its buffers in the kernel's memory.

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}
