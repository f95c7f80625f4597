// [render] Access to single samples of a bus in any form. It is apart from the class, so that a bundler leaves it out where
// nothing needs it.

import type { Bus } from "./bus";
import { FLOAT_BYTES, SAMPLE_FORMATS, type SampleFormat, type Samples } from "./sample-format";

type AnyBus = Bus<SampleFormat>;

/**
 * The array that holds a pushed channel's samples: the channel's own, or the whole run of an interleaved bus. Empty where the
 * channel is not pushed.
 */
export function samplesOf(bus: AnyBus, channel: number): Samples {
  return bus.place.layout === "interleaved" && bus.has(channel) ? bus.samples : bus.channel(channel);
}

/** Index of a channel's first sample in {@link samplesOf}. */
export function firstOf(bus: AnyBus, channel: number): number {
  return bus.place.layout === "interleaved" ? channel : 0;
}

/** Distance in {@link samplesOf} from one sample of a channel to its next one, in samples. */
export function apartIn({ place }: AnyBus): number {
  return place.step / place.sampleBytes;
}

/** The value of a kernel's sample that is 1 for the host. */
export function unitOf({ place }: AnyBus): number {
  return SAMPLE_FORMATS[place.sampleFormat].unit * place.scale[0];
}

/** Whether the bus has the host's form: planar floats that are not scaled. */
export function isPlanarFloats({ place }: AnyBus): boolean {
  return place.layout === "planar" && place.sampleFormat === "f32" && place.scale[0] === 1;
}

/** Whether the storage's samples, or the kernel's, lie at one stride, and no pointer of this storage was pushed. */
export function isInPlace({ hasSamples, isScattered, parts }: AnyBus): boolean {
  return hasSamples && !isScattered && !parts.tables.hasForeignPointers;
}

/**
 * Sets the constant-mask bits of those of the first `channels` channels that hold one value throughout the block. It looks at
 * the kernel's samples, not at the host's.
 */
export function markConstantSamples(bus: AnyBus, channels: number): void {
  const { sampleBytes, layout } = bus.place;
  const { frames } = bus.parts.block;
  if (layout === "planar" && sampleBytes >= FLOAT_BYTES && !bus.isConvertedWhole) {
    bus.markConstant(channels);
    return;
  }
  if (!bus.hasSamples || frames === 0) return;
  const apart = apartIn(bus);
  for (let c = 0; c < channels; c++) {
    const samples = samplesOf(bus, c);
    const first = firstOf(bus, c);
    const last = first + (frames - 1) * apart;
    let at = first;
    // This compares values, not bits: 0 and -0 are equal, and a NaN equals nothing.
    while (at <= last && samples[at] === samples[first]) at += apart;
    if (at > last) bus.constantMask |= 1 << c;
  }
}
