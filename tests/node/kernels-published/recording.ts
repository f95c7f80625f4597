// A recorded voice, as long as tests of kernels need it.

import { readFileSync } from "node:fs";
import wavefile from "wavefile";

/** 16-bit samples, mono. */
export function recordedVoice(frames: number): Int16Array {
  const wav = new wavefile.WaveFile(readFileSync("node_modules/audio-lena/lena.wav"));
  const samples = wav.getSamples(false, Int16Array as never) as unknown as Int16Array | Int16Array[];
  return (samples instanceof Int16Array ? samples : samples[0]!).slice(0, frames);
}
