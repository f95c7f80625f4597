// What the rendering did, measured on its samples.

const WINDOW_SECONDS = 0.05;
/** A window speaks above this level, and pauses below it when nobody has spoken for a while. */
const SPEECH_LEVEL = 0.02;
const PAUSE_SECONDS = 0.6;

/**
 * Mean gain in dB of `ducked` against `bed`: where the voice speaks in its first half, where it does in its second half from
 * `seconds` on, and where it pauses; NaN where it never does.
 */
export function gainReduction(bed, ducked, voice, sampleRate, seconds) {
  const window = Math.round(WINDOW_SECONDS * sampleRate);
  const spoken = [];
  const spokenLater = [];
  const middle = voice.length / 2;
  const paused = [];
  let quietFrames = 0;
  for (let from = 0; from + window <= ducked.length; from += window) {
    const speaks = peak(voice, from, from + window) > SPEECH_LEVEL;
    quietFrames = speaks ? 0 : quietFrames + window;
    const gain = rms(ducked, from, from + window) / rms(bed, from, from + window);
    if (speaks && from + window <= middle) spoken.push(gain);
    else if (speaks && from >= middle + seconds * sampleRate) spokenLater.push(gain);
    else if (speaks) continue;
    else if (quietFrames > PAUSE_SECONDS * sampleRate) paused.push(gain);
  }
  return { spoken: decibels(mean(spoken)), spokenLater: decibels(mean(spokenLater)), paused: decibels(mean(paused)) };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const decibels = (factor) => 20 * Math.log10(factor);

function peak(samples, from, to) {
  let highest = 0;
  for (let k = from; k < to; k++) highest = Math.max(highest, Math.abs(samples[k] ?? 0));
  return highest;
}

function rms(samples, from, to) {
  let sum = 0;
  for (let k = from; k < to; k++) sum += samples[k] ** 2;
  return Math.sqrt(sum / (to - from));
}
