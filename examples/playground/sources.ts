// The sources that can be played into a bus.

export type SourceKind = "chord" | "tone" | "pulse" | "microphone" | "file";

export const SOURCES: Readonly<Record<SourceKind, string>> = {
  chord: "Stereo chord",
  tone: "Mono tone",
  pulse: "Mono pulse",
  microphone: "Microphone",
  file: "File",
};

/** A source that plays, and can be connected. */
export interface PlayingSource {
  readonly output: AudioNode;
  stop(): void;
}

/** What the user brought. */
export interface Material {
  readonly stream?: MediaStream | undefined;
  readonly file?: AudioBuffer | undefined;
}

/** Starts a source; `undefined` if the user has not brought what this source plays. */
export function play(context: BaseAudioContext, kind: SourceKind, { stream, file }: Material): PlayingSource | undefined {
  if (kind === "chord") return chord(context);
  if (kind === "tone") return oscillators(context, [440], 0.2);
  if (kind === "pulse") return pulse(context);
  if (kind === "file") return file && loop(context, file);
  return stream && context instanceof AudioContext ? microphone(context, stream) : undefined;
}

/** One block of what would be played, for the picture that is drawn while there is no sound. */
export function still(kind: SourceKind, { stream, file }: Material, frames: number): Float32Array[] {
  const channel = (sampleAt: (frame: number) => number) => Float32Array.from({ length: frames }, (_, frame) => sampleAt(frame));
  if (kind === "chord") return [0, 1].map((side) => channel((frame) => 0.5 * wave(3 + side, frame) + 0.3 * wave(5 + 2 * side, frame)));
  if (kind === "tone") return [channel((frame) => 0.8 * wave(2, frame))];
  if (kind === "pulse") return [channel((frame) => wave(10, frame) * Math.exp(-frame / 40))];
  if (kind === "microphone") return stream === undefined ? [] : [channel(() => 0)];
  if (file === undefined) return [];
  const middle = file.length >> 1;
  return Array.from({ length: file.numberOfChannels }, (_, side) => channel((frame) => file.getChannelData(side)[middle + frame] ?? 0));
}

const CHORD = [220, 277.18, 329.63];
const DETUNE = 1.004;
const BEATS_PER_SECOND = 1;

const wave = (periods: number, frame: number) => Math.sin((2 * Math.PI * periods * frame) / 128);

function chord(context: BaseAudioContext): PlayingSource {
  const output = context.createChannelMerger(2);
  const sides = [CHORD, CHORD.map((frequency) => frequency * DETUNE)].map((frequencies) => oscillators(context, frequencies, 0.12));
  sides.forEach((side, channel) => side.output.connect(output, 0, channel));
  return { output, stop: () => sides.forEach((side) => side.stop()) };
}

function oscillators(context: BaseAudioContext, frequencies: readonly number[], level: number): PlayingSource {
  const output = context.createGain();
  output.gain.value = level;
  const nodes = frequencies.map((frequency) => {
    const node = context.createOscillator();
    node.type = "triangle";
    node.frequency.value = frequency;
    node.connect(output);
    node.start();
    return node;
  });
  return { output, stop: () => nodes.forEach((node) => node.stop()) };
}

/** On for half a beat, off for the other half. */
function pulse(context: BaseAudioContext): PlayingSource {
  const tone = oscillators(context, [110], 0.2);
  const beat = context.createOscillator();
  const swing = context.createGain();
  beat.type = "square";
  beat.frequency.value = BEATS_PER_SECOND;
  swing.gain.value = 0.2;
  beat.connect(swing).connect((tone.output as GainNode).gain);
  beat.start();
  return {
    output: tone.output,
    stop() {
      tone.stop();
      beat.stop();
    },
  };
}

function loop(context: BaseAudioContext, buffer: AudioBuffer): PlayingSource {
  const output = context.createBufferSource();
  output.buffer = buffer;
  output.loop = true;
  output.start();
  return { output, stop: () => output.stop() };
}

function microphone(context: AudioContext, stream: MediaStream): PlayingSource {
  return { output: context.createMediaStreamSource(stream), stop() {} };
}
