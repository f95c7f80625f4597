// Runs in the page: renders a few blocks through the bench's processor, and resolves to what it measured.

const SAMPLE_RATE = 48_000;
const BLOCKS = 64;
const FRAMES = 128;

globalThis.measureInWorklet = async (subject, one, config, effort) => {
  const { inputs, outputs } = config;
  const context = new OfflineAudioContext(2, BLOCKS * FRAMES, SAMPLE_RATE);
  await context.audioWorklet.addModule("processor.js");
  const node = new AudioWorkletNode(context, "bench", {
    numberOfInputs: inputs.length,
    numberOfOutputs: outputs.length,
    outputChannelCount: outputs,
    channelInterpretation: "discrete",
    processorOptions: { subject, one, config, effort },
  });
  for (const [input, channels] of inputs.entries()) noiseSource(context, channels).connect(node, 0, input);
  node.connect(context.destination);
  const answer = new Promise((resolve, reject) => {
    node.port.onmessage = ({ data }) => (data.measured ? resolve(data.measured) : reject(new Error(data.error)));
    node.onprocessorerror = () => reject(new Error("the bench's processor threw"));
  });
  await context.startRendering();
  // The message may still be on its way.
  return Promise.race([
    answer,
    new Promise((_, reject) => setTimeout(() => reject(new Error("the bench's processor never got all its channels")), 5000)),
  ]);
};

function noiseSource(context, channels) {
  const buffer = new AudioBuffer({ numberOfChannels: channels, length: FRAMES * BLOCKS, sampleRate: SAMPLE_RATE });
  for (let channel = 0; channel < channels; channel++) {
    buffer.copyToChannel(
      Float32Array.from({ length: buffer.length }, () => 0.5 * Math.random() + 0.25),
      channel,
    );
  }
  const source = new AudioBufferSourceNode(context, { buffer });
  source.start();
  return source;
}
