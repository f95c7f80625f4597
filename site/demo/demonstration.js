// What the landing page plays: a chord into the main bus of examples/ducker's kernel, a drum into its sidechain.

import { nodeOptionsFor } from "wasm-process-buffers";
import kernelUrl from "../../examples/ducker/build/kernel.wasm?url";
import { CONFIG } from "../../examples/ducker/config.mjs";
import { fadeOut } from "../../examples/playground/fade-out";
import processorUrl from "./processor.js?worker&url";

export class Demonstration {
  #context;
  #volume;
  #node;
  #drum;

  /** @param {(peaks: { chord: number, drum: number, output: number }) => void} listener Hears the peaks, about 20 times a second. */
  constructor(listener) {
    this.listener = listener;
  }

  get isRunning() {
    return this.#context?.state === "running";
  }

  /** Called by a click, or else browsers do not allow sound. */
  async start(amount, hasDrum) {
    const context = new AudioContext();
    this.#context = context;
    this.#volume = new GainNode(context);
    this.#volume.connect(context.destination);
    // Without an audio device, some engines never answer.
    await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 1500))]);
    const [module] = await Promise.all([WebAssembly.compileStreaming(fetch(kernelUrl)), context.audioWorklet.addModule(processorUrl)]);
    if (this.#context !== context) return;
    this.#node = new AudioWorkletNode(context, "demonstration", { ...nodeOptionsFor(CONFIG), processorOptions: { module } });
    this.#node.port.onmessage = ({ data }) => this.listener(data);
    this.#node.connect(this.#volume);
    for (const frequency of [110, 164.8, 220, 277.2]) {
      const voice = new OscillatorNode(context, { type: "triangle", frequency });
      voice.connect(new GainNode(context, { gain: 0.12 })).connect(this.#node, 0, 0);
      voice.start();
    }
    this.#drum = new AudioBufferSourceNode(context, { buffer: drumOf(context), loop: true });
    this.#drum.start();
    this.#drum.connect(new GainNode(context, { gain: 0.6 })).connect(this.#volume);
    this.set(amount);
    this.plug(hasDrum);
  }

  /** The drum goes into the sidechain, or is pulled out; it is heard either way. */
  plug(hasDrum) {
    if (this.#drum === undefined) return;
    if (hasDrum) this.#drum.connect(this.#node, 0, 1);
    else this.#drum.disconnect(this.#node, 0, 1);
  }

  set(amount) {
    this.#node?.parameters.get("amount").setTargetAtTime(amount, this.#context.currentTime, 0.01);
  }

  stop() {
    const node = this.#node;
    if (node !== undefined) node.port.onmessage = null;
    if (this.#context !== undefined) fadeOut(this.#context, this.#volume, () => node?.port.postMessage("end"));
    this.#context = undefined;
    this.#node = undefined;
    this.#drum = undefined;
  }
}

/** A beat of a falling tone, two in a second. */
function drumOf(context) {
  const buffer = new AudioBuffer({ length: context.sampleRate / 2, sampleRate: context.sampleRate });
  const samples = buffer.getChannelData(0);
  let phase = 0;
  for (let k = 0; k < samples.length; k++) {
    const time = k / context.sampleRate;
    phase += (2 * Math.PI * (45 + 110 * Math.exp(-time * 40))) / context.sampleRate;
    samples[k] = Math.sin(phase) * Math.exp(-time * 14);
  }
  return buffer;
}
