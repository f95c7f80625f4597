import { PARAMETER_BYTES, SAMPLE_ALIGNMENT } from "./abi";
import { roundUp } from "./memory/address";
import type { ParameterInfo } from "./parameter-info";
import type { SampleFormat } from "./sample-format";

/** Where a storage's parameters lie. A place is an offset in bytes from the storage's base address. */
export interface ParameterLayout {
  /** The structs that a kernel is handed: a length and an address for each parameter. */
  readonly structs: number;
  /** Place of each parameter's slot, which is the memory for its values. */
  readonly slots: readonly number[];
  /** Place of the last values, one for each parameter. The core compares each new last value with the one here. */
  readonly last: number;
  /** Bytes of an a-rate parameter's slot. That of a k-rate parameter has 16. */
  readonly stride: number;
  readonly firstSlot: number;
  readonly end: number;
}

/** Format of parameter values: doubles where the storage's format is "f64", otherwise floats. */
export function parameterFormat(ofAll: SampleFormat): "f32" | "f64" {
  return ofAll === "f64" ? "f64" : "f32";
}

/** [setup] Places `parameters` from `start` on, which is a multiple of 16. */
export function parameterLayoutFor(
  parameters: readonly ParameterInfo[],
  start: number,
  maxFrames: number,
  sampleBytes: number,
): ParameterLayout {
  const stride = roundUp(maxFrames * sampleBytes, SAMPLE_ALIGNMENT);
  const firstSlot = roundUp(start + parameters.length * PARAMETER_BYTES, SAMPLE_ALIGNMENT);
  let next = firstSlot;
  const slots = parameters.map(({ automationRate }) => {
    const slot = next;
    next += automationRate === "k-rate" ? SAMPLE_ALIGNMENT : stride;
    return slot;
  });
  return { structs: start, slots, last: next, stride, firstSlot, end: next + parameters.length * sampleBytes };
}
