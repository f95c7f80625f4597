// Three nodes that know nothing of each other: each reads the buses that it is handed, and writes those.

import { BusDescriptor } from "wasm-process-buffers/assembly";

let phase: f32 = 0;
let step: f32 = 0;

/** The tone's frequency, in whole periods a frame. */
export function setStep(periods: f32): void {
  step = periods;
}

/** A sawtooth on the left, and upside down on the right. */
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

/** Cuts off what is loud. Reads each sample before it writes it, so that input and output may be the same. */
export function clip(inputs: usize, outputs: usize, frames: u32): void {
  const input = changetype<BusDescriptor>(inputs);
  const output = changetype<BusDescriptor>(outputs);
  for (let c: u32 = 0; c < output.channelCount; c++) {
    for (let k: u32 = 0; k < frames; k++) {
      store<f32>(at(output, c, k), max<f32>(-0.5, min<f32>(0.5, load<f32>(at(input, c, k)))));
    }
  }
}

/** A quarter of each side goes to the other one. Every output needs both inputs, so they are apart. */
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

// The allocator with which a host places its buffers in this memory.

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}
