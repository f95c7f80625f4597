// Reads WAV files into lists of channels, and writes them.

import { readFileSync, writeFileSync } from "node:fs";
import wavefile from "wavefile";

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** A mistake of the user, described in one line. */
export class UserError extends Error {}

/** `{ sampleRate, channels }` of a PCM or float WAV file. */
export function readWav(path) {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${error.code === "ENOENT" ? "there is no such file" : error.message}`);
  }
  const wav = new wavefile.WaveFile();
  try {
    wav.fromBuffer(bytes);
    const format = wav.fmt.audioFormat === EXTENSIBLE ? wav.fmt.subformat[0] & 0xffff : wav.fmt.audioFormat;
    if (format !== PCM && format !== FLOAT) throw new Error(`its samples are of format ${format}`);
    wav.toBitDepth("32f");
    const samples = wav.getSamples(false, Float32Array);
    const channels = samples instanceof Float32Array ? [samples] : samples;
    if (!(channels[0]?.length > 0)) throw new Error("it holds no samples");
    return { sampleRate: wav.fmt.sampleRate, channels };
  } catch (error) {
    throw new UserError(`${path} is no PCM or float WAV file: ${error.message}`);
  }
}

/** Writes channels as a 16-bit WAV file. */
export function writeWav(path, sampleRate, channels) {
  const wav = new wavefile.WaveFile();
  const toInt16 = (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
  wav.fromScratch(
    channels.length,
    sampleRate,
    "16",
    channels.map((samples) => Int16Array.from(samples, toInt16)),
  );
  try {
    writeFileSync(path, wav.toBuffer());
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${error.message}`);
  }
}
