// The music under the voice: four chords of low-passed saws. Left and right are slightly detuned, so that it is wider than mono.

const CHORDS = [
  [110, 220, 261.63, 329.63],
  [87.31, 174.61, 220, 261.63],
  [130.81, 196, 261.63, 329.63],
  [98, 196, 246.94, 293.66],
];
const CHORD_SECONDS = 2;
const DETUNE = [0.997, 1.003];
const LEVEL = 0.045;

/** Two channels of `frames` frames: left and right. */
export function synthesiseBed(frames, sampleRate) {
  return DETUNE.map((detune) => {
    const phases = [0, 0.25, 0.5, 0.75];
    const smoothing = 1 - Math.exp((-2 * Math.PI * 1800) / sampleRate);
    let smooth = 0;
    return Float32Array.from({ length: frames }, (_, frame) => {
      const chord = CHORDS[Math.floor(frame / (CHORD_SECONDS * sampleRate)) % CHORDS.length];
      let sum = 0;
      for (let voice = 0; voice < phases.length; voice++) {
        phases[voice] = (phases[voice] + (chord[voice] * detune) / sampleRate) % 1;
        sum += 2 * phases[voice] - 1;
      }
      smooth += (sum - smooth) * smoothing;
      return smooth * LEVEL;
    });
  });
}
