// Reads and writes an interleaved host's array, in each format and kind of array that it may have.

import { fill, set } from "../sample-format";
import { lengthOf } from "./typed-array";

/**
 * Format of a host's samples: floats, doubles, or integers that are scaled to their number of bits. Silence is 128 in "u8",
 * otherwise 0. Bytes are little-endian, as in WAV files and in Node's audio devices.
 */
export type PcmFormat = "f32" | "f64" | "u8" | "i16" | "i24" | "i32";

type TypedSamples = Float32Array | Float64Array | Uint8Array | Int16Array | Int32Array;

/**
 * Properties of each format. `code` is its number in the core. No typed array has 24-bit elements, so "i24" comes only as
 * bytes.
 */
export const PCM_FORMATS = {
  f32: { code: 0, bytes: 4, silence: 0, View: Float32Array },
  f64: { code: 1, bytes: 8, silence: 0, View: Float64Array },
  i16: { code: 2, bytes: 2, silence: 0, View: Int16Array },
  u8: { code: 3, bytes: 1, silence: 128, View: Uint8Array },
  i24: { code: 4, bytes: 3, silence: 0, View: undefined },
  i32: { code: 5, bytes: 4, silence: 0, View: Int32Array },
} as const satisfies Record<PcmFormat, object>;

/** Reads and writes arrays of one format. */
export class PcmArrays {
  private readonly View: (new (length: number) => TypedSamples) | undefined;
  private readonly sampleBytes: number;
  private readonly silence: number;
  /** Form of the array that {@link look} has seen. */
  private form: typeof TYPED | typeof BYTES | typeof DATA_VIEW = BYTES;

  constructor(format: PcmFormat) {
    const { View, bytes, silence } = PCM_FORMATS[format];
    this.View = View;
    this.sampleBytes = bytes;
    this.silence = silence;
  }

  /**
   * [render] Looks at an array, before the other methods read or write it. `instanceof` runs code of the host where the array's
   * prototype is a proxy. So it is asked here alone, and the caller can check afterwards what that code has done. Returns the
   * bytes of the array; -1 for a value that is neither an array of the format nor bytes.
   */
  look(samples: unknown): number {
    try {
      if (this.View !== undefined && samples instanceof this.View) {
        this.form = TYPED;
        return lengthOf(samples as Int16Array) * this.sampleBytes;
      }
      if (samples instanceof Uint8Array) {
        this.form = BYTES;
        return lengthOf(samples);
      }
      if (!(samples instanceof DataView)) return -1;
      this.form = DATA_VIEW;
      return byteLength.call(samples);
    } catch {
      // The value only has the prototype of such an array, or it is a detached DataView.
      return -1;
    }
  }

  /** [render] Whether the array is a typed array of the format. Otherwise it holds bytes. */
  get isTyped(): boolean {
    return this.form === TYPED;
  }

  /**
   * [render] Copies `count` elements, from `start` on, to the beginning of `staging`, which has elements of the same kind.
   * May throw.
   */
  read(staging: TypedSamples, samples: ArrayBufferView, start: number, count: number): void {
    if (this.form === DATA_VIEW) {
      for (let at = 0; at < count; at++) staging[at] = getByte.call(samples, start + at);
    } else if (start === 0 && lengthOf(samples as Int16Array) <= staging.length) {
      set.call(staging, samples as Float32Array);
    } else {
      // One element at a time, because a view of this part would be garbage.
      for (let at = 0; at < count; at++) staging[at] = (samples as TypedSamples)[start + at]!;
    }
  }

  /** [render] Copies all of `staging` into the array, from `start` on. May throw. */
  write(samples: ArrayBufferView, start: number, staging: TypedSamples): void {
    if (this.form !== DATA_VIEW) set.call(samples as Float32Array, staging as Float32Array, start);
    else for (let at = 0; at < staging.length; at++) setByte.call(samples, start + at, staging[at]!);
  }

  /** [render] Fills the array with silence from element `start` to `end`. May throw. */
  silenceFrom(samples: ArrayBufferView, start: number, end: number): void {
    if (this.form !== DATA_VIEW) fill.call(samples as Float32Array, this.silence, start, end);
    else for (let at = start; at < end; at++) setByte.call(samples, at, this.silence);
  }
}

const TYPED = 0;
const BYTES = 1;
const DATA_VIEW = 2;

// Taken from the prototype, because a host may have put a property of the same name on its own DataView.
const { getUint8: getByte, setUint8: setByte } = DataView.prototype;
const byteLength = /* @__PURE__ */ (() => Object.getOwnPropertyDescriptor(DataView.prototype, "byteLength")!.get!)();
