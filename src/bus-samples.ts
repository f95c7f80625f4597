// [render] The samples of a bus, whatever its form: what those need who read and write them one by one, and not every storage does.

import type { Bus } from "./bus";
import { FLOAT_BYTES, SAMPLE_FORMATS, type SampleFormat, type Samples } from "./sample-format";

type AnyBus = Bus<SampleFormat>;

/** What has a pushed channel's samples: the channel alone, or an interleaved bus's run. Nothing where it is not there. */
export function samplesOf(bus: AnyBus, channel: number): Samples {
  return bus.place.layout === "interleaved" && bus.has(channel) ? bus.samples : bus.channel(channel);
}

/** Where in {@link samplesOf} a channel begins. */
export function firstOf(bus: AnyBus, channel: number): number {
  return bus.place.layout === "interleaved" ? channel : 0;
}

/** How many samples further on in {@link samplesOf} the next one of a channel is. */
export function apartIn({ place }: AnyBus): number {
  return place.step / place.sampleBytes;
}

/** The sample that is 1 for the host. */
export function unitOf({ place }: AnyBus): number {
  return SAMPLE_FORMATS[place.sampleFormat].unit * place.scale[0];
}

/** Whether the samples are the host's: planar floats, not scaled. */
export function isPlanarFloats({ place }: AnyBus): boolean {
  return place.layout === "planar" && place.sampleFormat === "f32" && place.scale[0] === 1;
}

/** Whether its channels lie one behind the other, and nothing else was pushed. */
export function isInPlace({ hasSamples, isScattered, parts }: AnyBus): boolean {
  return hasSamples && !isScattered && !parts.tables.hasForeignPointers;
}

/** Marks those of the first `channels` channels that hold one value throughout the block, by the samples as the kernel has them. */
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
    // Bits cannot be compared here, so zeros of both signs are one value, and what is no number is none.
    while (at <= last && samples[at] === samples[first]) at += apart;
    if (at > last) bus.constantMask |= 1 << c;
  }
}
