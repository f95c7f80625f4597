// The kernel that the worklet tests render with: half the main input plus a quarter of the sidechain's
// first channel, factors that floats hold exactly. It knows its buses from the descriptors alone.

import { BusDescriptor } from "../../assembly";

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}

export function process(inputs: usize, outputs: usize, frames: u32): void {
  const main = changetype<BusDescriptor>(inputs);
  const sidechain = changetype<BusDescriptor>(inputs + offsetof<BusDescriptor>());
  const output = changetype<BusDescriptor>(outputs);
  for (let channel: u32 = 0; channel < output.channelCount; channel++) {
    const source = load<usize>(main.data32 + ((<usize>channel) << 2));
    const side = load<usize>(sidechain.data32);
    const target = load<usize>(output.data32 + ((<usize>channel) << 2));
    for (let at: usize = 0, end = (<usize>frames) << 2; at < end; at += 4) {
      store<f32>(target + at, load<f32>(source + at) * 0.5 + load<f32>(side + at) * 0.25);
    }
  }
}
