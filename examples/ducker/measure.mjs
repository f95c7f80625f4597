// Measures in the rendered samples how far the bed was turned down.

const WINDOW_SECONDS = 0.05;
/** A window with a higher peak is speech. A window is a pause if there was no speech for so many seconds. */
const SPEECH_LEVEL = 0.02;
const PAUSE_SECONDS = 0.6;

/**
 * Mean gain of `ducked` against `bed` in dB: `spoken`, while the voice speaks in its first half; `spokenLater`, while it speaks
 * in its second half, from `seconds` after the middle on; and `paused`, while it pauses. NaN if it never does.
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
