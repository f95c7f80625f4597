// The kernel of the tests of nodes: a gain with a parameter, events that are heard as impulses, and every way to fail.

import { BusDescriptor, EventFrame, ParameterFrame } from "../../assembly";

declare function fail(): void;

/** Channel by channel the input times `gain`; where there is none, `gain` itself. `fault` says how it fails. */
export function process(inputs: usize, outputs: usize, frames: u32, parameters: usize, events: usize, count: u32): void {
  const fault = load<f32>(changetype<ParameterFrame>(parameters + offsetof<ParameterFrame>()).data);
  if (fault === 1) unreachable();
  if (fault === 2) store<u8>(0xfffffff0, 1);
  if (fault === 3) deepest = recurse(1);
  if (fault === 4) fail();
  const gain = changetype<ParameterFrame>(parameters).data;
  const output = changetype<BusDescriptor>(outputs);
  const input = changetype<BusDescriptor>(inputs);
  const heard: u32 = inputs === 0 ? 0 : input.channelCount;
  for (let c: u32 = 0; c < output.channelCount; c++) {
    const to = load<usize>(output.data32 + ((<usize>c) << 2));
    const from = c < heard ? load<usize>(input.data32 + ((<usize>c) << 2)) : 0;
    for (let k: usize = 0; k < frames; k++) {
      store<f32>(to + (k << 2), load<f32>(gain + (k << 2)) * (from === 0 ? 1 : load<f32>(from + (k << 2))));
    }
    for (let e: u32 = 0; e < count; e++) {
      const event = changetype<EventFrame>(events + <usize>e * offsetof<EventFrame>());
      if (event.type === 1) store<f32>(to + ((<usize>event.frame) << 2), event.b);
    }
  }
}

let deepest: u32 = 0;

function recurse(depth: u32): u32 {
  return recurse(depth + 1) ^ depth;
}

export function getDeepest(): u32 {
  return deepest;
}

/** In frames. */
export function latency(): u32 {
  return 5;
}

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}
