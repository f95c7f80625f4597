// Buses in every form, and what a kernel finds in them: read and written sample by sample, by nothing of the library.

import type { BusInfo, SampleFormat, SampleLayout } from "wasm-process-buffers";

export const formats: readonly SampleFormat[] = ["f32", "f64", "i16"];
export const layouts: readonly SampleLayout[] = ["planar", "contiguous", "interleaved"];
export const scales: readonly number[] = [1, 32768, -0.3];

/** Every form of a bus with so many channels. */
export const formsOf = (channelCount: number): BusInfo[] =>
  formats.flatMap((sampleFormat) =>
    layouts.flatMap((layout) => scales.map((scale) => ({ channelCount, layout, sampleFormat, scale }) satisfies BusInfo)),
  );

export const nameOfForm = ({ layout, sampleFormat, scale }: BusInfo) => `${layout} ${sampleFormat} times ${scale}`;

const views = { f32: Float32Array, f64: Float64Array, i16: Int16Array };

/** What a kernel reads at `address`, the start of a bus's samples, for one sample of a channel. `stride` is from planar channel to planar channel, in bytes. */
export function kernelSample(
  memory: WebAssembly.Memory,
  bus: BusInfo,
  address: number,
  stride: number,
  frames: number,
  c: number,
  k: number,
) {
  const { channelCount, layout = "planar", sampleFormat = "f32" } = bus;
  const View = views[sampleFormat];
  const samples = new View(memory.buffer);
  const first = address / View.BYTES_PER_ELEMENT;
  const place =
    layout === "interleaved" ? k * channelCount + c : layout === "contiguous" ? c * frames + k : (c * stride) / View.BYTES_PER_ELEMENT + k;
  return { samples, at: first + place };
}

/** A host's sample as a kernel's, and back. */
export function asKernel({ sampleFormat = "f32", scale = 1 }: BusInfo, sample: number): number {
  if (sampleFormat === "f64") return sample * scale;
  if (sampleFormat === "f32") return Math.fround(sample * scale);
  return int16(sample * scale * 32768);
}

export function asHost({ sampleFormat = "f32", scale = 1 }: BusInfo, sample: number): number {
  return Math.fround((sampleFormat === "i16" ? sample / 32768 : sample) / scale);
}

function int16(value: number): number {
  if (Number.isNaN(value)) return 0;
  const below = Math.floor(value);
  return Math.max(-32768, Math.min(below + (value - below >= 0.5 ? 1 : 0), 32767));
}
