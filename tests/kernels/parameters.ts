// Writes what it finds of its parameters to its output: parameter p to channel p value by value, and to channel
// `count + p` as its length says.

import { BusDescriptor, ParameterFrame } from "../../assembly";

/** `rates` has bit p set where parameter p has a value for each frame. */
export function process(outputs: usize, frames: u32, parameters: usize, count: u32, rates: u32): void {
  const table = changetype<BusDescriptor>(outputs).data32;
  for (let p: u32 = 0; p < count; p++) {
    const parameter = changetype<ParameterFrame>(parameters + <usize>p * offsetof<ParameterFrame>());
    const byValue = load<usize>(table + ((<usize>p) << 2));
    const byLength = load<usize>(table + ((<usize>(count + p)) << 2));
    const isARate = ((rates >> p) & 1) != 0;
    for (let k: usize = 0; k < frames; k++) {
      store<f32>(byValue + (k << 2), load<f32>(parameter.data + (isARate ? k << 2 : 0)));
      store<f32>(byLength + (k << 2), load<f32>(parameter.data + (parameter.length > 1 ? k << 2 : 0)));
    }
  }
}

/** Writes over every struct and every value that it leads to, as a kernel does that has gone wrong. */
export function scribble(frames: u32, parameters: usize, count: u32, rates: u32): void {
  for (let p: u32 = 0; p < count; p++) {
    const parameter = changetype<ParameterFrame>(parameters + <usize>p * offsetof<ParameterFrame>());
    memory.fill(parameter.data, 0xff, ((rates >> p) & 1) != 0 ? (<usize>frames) << 2 : 4);
    parameter.length = 0xdeadbeef;
    parameter.data = 0xdeadbeef;
  }
}

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}
