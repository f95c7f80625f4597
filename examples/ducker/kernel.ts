// The ducking kernel: turns the main input down while somebody speaks on the sidechain. It gets the addresses of bus
// descriptors in its own memory, and finds everything else through them.

import { BusDescriptor, ParameterFrame } from "wasm-process-buffers/assembly";

/** Sidechain levels above this count as speech (-34 dBFS). */
const THRESHOLD: f32 = 0.02;

let rate: f32 = 0;
let level: f32 = 0;
let gain: f32 = 1;
let levelFall: f32 = 0;
let gainFall: f32 = 0;

/** Sets how fast the level and the gain fall: with time constants of 0.1 s and 0.01 s. */
export function prepare(sampleRate: f32): void {
  rate = sampleRate;
  levelFall = 1 / (0.1 * sampleRate);
  gainFall = 1 / (0.01 * sampleRate);
}

/**
 * Renders one block. The first parameter has a value for each frame: how far speech turns the main input down (0: not at all, 1:
 * to silence). The second has one value for the block: the time in which the gain comes back, in seconds.
 */
export function process(inputs: usize, outputs: usize, frames: u32, parameters: usize): void {
  const amounts = changetype<ParameterFrame>(parameters).data;
  const release = load<f32>(changetype<ParameterFrame>(parameters + offsetof<ParameterFrame>()).data);
  const gainRise: f32 = 1 / (release * rate);
  const main = changetype<BusDescriptor>(inputs);
  const sidechain = changetype<BusDescriptor>(inputs + offsetof<BusDescriptor>());
  const output = changetype<BusDescriptor>(outputs);
  const voice = channel(sidechain, 0);
  for (let frame: usize = 0; frame < <usize>frames; frame++) {
    const at = frame << 2;
    const magnitude = abs(load<f32>(voice + at));
    level = magnitude > level ? magnitude : level - level * levelFall;
    const target: f32 = level > THRESHOLD ? 1 - load<f32>(amounts + at) : 1;
    gain += (target - gain) * (target < gain ? gainFall : gainRise);
    for (let c: u32 = 0; c < output.channelCount; c++) {
      store<f32>(channel(output, c) + at, load<f32>(channel(main, c) + at) * gain);
    }
  }
}

function channel(bus: BusDescriptor, index: u32): usize {
  return load<usize>(bus.data32 + ((<usize>index) << 2));
}

// The host calls these two functions to place its buffers in the kernel's memory.

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}
