// The samples of an interleaved host's array, in whatever format and kind of array it has them.

import { fill, set } from "../sample-format";
import { lengthOf } from "./typed-array";

/** Samples of a host's array: floats, doubles, or whole numbers that are scaled to their bits; "u8" is 128 for silence. Little-endian, as Node's devices and WAV have them. */
export type PcmFormat = "f32" | "f64" | "u8" | "i16" | "i24" | "i32";

type TypedSamples = Float32Array | Float64Array | Uint8Array | Int16Array | Int32Array;

/** What is to know of each format: `code` is how the core is told. No typed array shows 24 bits: those come as bytes alone. */
export const PCM_FORMATS = {
  f32: { code: 0, bytes: 4, silence: 0, View: Float32Array },
  f64: { code: 1, bytes: 8, silence: 0, View: Float64Array },
  i16: { code: 2, bytes: 2, silence: 0, View: Int16Array },
  u8: { code: 3, bytes: 1, silence: 128, View: Uint8Array },
  i24: { code: 4, bytes: 3, silence: 0, View: undefined },
  i32: { code: 5, bytes: 4, silence: 0, View: Int32Array },
} as const satisfies Record<PcmFormat, object>;

/** Reads and writes what hosts hand over as an array of one format. */
export class PcmArrays {
  private readonly View: (new (length: number) => TypedSamples) | undefined;
  private readonly sampleBytes: number;
  private readonly silence: number;

  constructor(format: PcmFormat) {
    const { View, bytes, silence } = PCM_FORMATS[format];
    this.View = View;
    this.sampleBytes = bytes;
    this.silence = silence;
  }

  /** [render] Bytes of the array; -1 for what is none of the format, nor bytes of it. */
  byteLengthOf(samples: unknown): number {
    try {
      if (this.View !== undefined && samples instanceof this.View) return lengthOf(samples as Int16Array) * this.sampleBytes;
      if (samples instanceof Uint8Array) return lengthOf(samples);
      return samples instanceof DataView ? byteLength.call(samples) : -1;
    } catch {
      // An object with the prototype of one, or a DataView that is detached.
      return -1;
    }
  }

  /** [render] Whether it is an array of the format, which typed arrays of it are set from and to; else it has bytes. */
  isTyped(samples: unknown): samples is TypedSamples {
    return this.View !== undefined && samples instanceof this.View;
  }

  /** [render] Copies `count` elements, from `start` on, to the beginning of `room`, which is of the same kind. May throw. */
  read(room: TypedSamples, samples: ArrayBufferView, start: number, count: number): void {
    if (samples instanceof DataView) {
      for (let at = 0; at < count; at++) room[at] = getByte.call(samples, start + at);
    } else if (start === 0 && lengthOf(samples as Int16Array) <= room.length) {
      set.call(room, samples as Float32Array);
    } else {
      // One by one, because a view of the part would be garbage.
      for (let at = 0; at < count; at++) room[at] = (samples as TypedSamples)[start + at]!;
    }
  }

  /** [render] Copies `room`, all of it, into the array from `start` on. May throw. */
  write(samples: ArrayBufferView, start: number, room: TypedSamples): void {
    if (!(samples instanceof DataView)) set.call(samples as Float32Array, room as Float32Array, start);
    else for (let at = 0; at < room.length; at++) setByte.call(samples, start + at, room[at]!);
  }

  /** [render] From element `start` to `end` the array is silence. May throw. */
  silenceFrom(samples: ArrayBufferView, start: number, end: number): void {
    if (!(samples instanceof DataView)) fill.call(samples as Float32Array, this.silence, start, end);
    else for (let at = start; at < end; at++) setByte.call(samples, at, this.silence);
  }
}

// An array's own properties are a host's to change.
const { getUint8: getByte, setUint8: setByte } = DataView.prototype;
const byteLength = /* @__PURE__ */ (() => Object.getOwnPropertyDescriptor(DataView.prototype, "byteLength")!.get!)();
