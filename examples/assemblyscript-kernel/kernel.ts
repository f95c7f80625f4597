// A mixer: every input bus goes into every output bus, each at its own gain. A mono input bus goes into every channel,
// any other bus channel by channel.

import { BusDescriptor, MAX_BUSES } from "wasm-process-buffers/assembly";

const gains = new StaticArray<f32>(MAX_BUSES).fill(1);

/** Sets the gain of input bus `bus`. It is 1 until then. */
export function setGain(bus: u32, gain: f32): void {
  if (bus < <u32>MAX_BUSES) unchecked((gains[bus] = gain));
}

export function process(inputs: usize, inputCount: u32, outputs: usize, outputCount: u32, frames: u32): void {
  for (let b: u32 = 0; b < outputCount; b++) mix(inputs, inputCount, busAt(outputs, b), frames);
}

function mix(inputs: usize, inputCount: u32, output: BusDescriptor, frames: u32): void {
  let constantMask: u64 = 0;
  for (let channel: u32 = 0; channel < output.channelCount; channel++) {
    if (mixChannel(inputs, inputCount, output, channel, frames)) constantMask |= (<u64>1) << channel;
  }
  output.constantMask = constantMask;
}

/** Mixes one output channel, which starts as zeros. Returns whether it holds one value throughout the block. */
function mixChannel(inputs: usize, inputCount: u32, output: BusDescriptor, channel: u32, frames: u32): bool {
  let constant = true;
  for (let b: u32 = 0; b < inputCount; b++) {
    const input = busAt(inputs, b);
    const from: u32 = input.channelCount == 1 ? 0 : channel;
    if (from >= input.channelCount || isSilent(input, from)) continue;
    if (!isConstant(input, from)) constant = false;
    add(samplesOf(input, from), samplesOf(output, channel), unchecked(gains[b]), frames);
  }
  return constant;
}

function add(from: usize, to: usize, gain: f32, frames: u32): void {
  for (const end = from + ((<usize>frames) << 2); from < end; from += 4, to += 4) {
    store<f32>(to, load<f32>(to) + load<f32>(from) * gain);
  }
}

function isSilent(bus: BusDescriptor, channel: u32): bool {
  return isConstant(bus, channel) && load<f32>(samplesOf(bus, channel)) == 0;
}

function isConstant(bus: BusDescriptor, channel: u32): bool {
  return ((bus.constantMask >> channel) & 1) != 0;
}

function samplesOf(bus: BusDescriptor, channel: u32): usize {
  return load<usize>(bus.data32 + <usize>channel * sizeof<usize>());
}

function busAt(buses: usize, index: u32): BusDescriptor {
  return changetype<BusDescriptor>(buses + <usize>index * offsetof<BusDescriptor>());
}

// The host calls these two functions to place its buffers in the kernel's memory.

export function malloc(byteLength: usize): usize {
  return heap.alloc(byteLength);
}

export function free(address: usize): void {
  heap.free(address);
}
