// A small host for CLAP plug-ins that were compiled to wasm32. The storage lives in the plug-in's own memory, and
// `clap_plugin.process` gets the storage's descriptors as they are: nothing is copied in between.

import { ProcessBufferStorage } from "wasm-process-buffers";
import { ClapEvents } from "./events.mjs";
import { NativeModule } from "./native.mjs";

/** Offsets of the fields in use, as CLAP 1 has them on wasm32. */
const ENTRY = { init: 12, deinit: 16, getFactory: 20 };
const FACTORY = { getPluginCount: 0, getPluginDescriptor: 4, createPlugin: 8 };
const DESCRIPTOR = { id: 12, name: 16 };
const PLUGIN = {
  init: 8,
  destroy: 12,
  activate: 16,
  deactivate: 20,
  startProcessing: 24,
  stopProcessing: 28,
  process: 36,
  getExtension: 40,
};
const PORTS = { count: 0, get: 4 };
const PORT_INFO = { name: 4, channelCount: 264 };
const PORT_INFO_BYTES = 276;
const PROCESS = {
  steadyTime: 0,
  framesCount: 8,
  audioInputs: 16,
  audioOutputs: 20,
  audioInputsCount: 24,
  audioOutputsCount: 28,
  inEvents: 32,
  outEvents: 36,
};
const PROCESS_BYTES = 40;
const HOST_BYTES = 48;

const PROCESS_ERROR = 0;
const IS_INPUT = 1;

export class HostedPlugin {
  /**
   * [setup] Creates the module's first plug-in, and a storage with a bus for each of its ports.
   *
   * @param module A compiled WebAssembly.Module that exports `clap_entry`, `memory`, `malloc` and one growable table.
   * @throws Error saying which step the plug-in refused.
   */
  constructor(module, { sampleRate = 48_000, maxFrames = 128 } = {}) {
    const native = new NativeModule(module);
    this.native = native;
    const entryAddress = native.exports.clap_entry.value;
    this.entry = native.functionsAt(entryAddress, ENTRY);
    required("entry.init", this.entry.init(native.allocateText("/")));

    const factoryAddress = required("entry.get_factory", this.entry.getFactory(native.allocateText("clap.plugin-factory")));
    const factory = native.functionsAt(factoryAddress, FACTORY);
    const descriptor = required("get_plugin_descriptor", factory.getPluginDescriptor(factoryAddress, 0));
    this.name = native.text(native.word(descriptor + DESCRIPTOR.name));

    this.address = required(
      "create_plugin",
      factory.createPlugin(factoryAddress, allocateHost(native), native.word(descriptor + DESCRIPTOR.id)),
    );
    this.plugin = native.functionsAt(this.address, PLUGIN);
    required("plugin.init", this.plugin.init(this.address));

    const heap = { memory: native.memory, malloc: native.exports.malloc };
    this.storage = ProcessBufferStorage.allocateFromConfig(this.portsConfig(), { heap, maxFrames, detectConstant: true });
    /** Events for the plug-in. `push` takes the frame, counted from the start of the first block. */
    this.events = new ClapEvents(native, this.storage);
    /** First frame of the next block. */
    this.position = 0;
    this.processAddress = this.allocateProcess();
    this.words = new Uint32Array(native.memory.buffer);

    required("plugin.activate", this.plugin.activate(this.address, sampleRate, 1, maxFrames));
    required("plugin.start_processing", this.plugin.startProcessing(this.address));
  }

  /** [render] Renders one block of an AudioWorkletProcessor. False if the plug-in failed: then the block is silent. */
  process(inputs, outputs) {
    const frames = this.storage.collect(inputs, outputs);
    if (frames === 0) return false;
    this.events.collect(this.position);
    this.position += frames;
    // When the memory has grown, its views are detached, and their length is 0.
    if (this.words.length === 0) this.words = new Uint32Array(this.native.memory.buffer);
    this.words[(this.processAddress + PROCESS.framesCount) >> 2] = frames;
    const status = this.plugin.process(this.address, this.processAddress);
    // The output of a plug-in that failed must not be heard. After `clear` no channel is pushed, and `deliver` writes silence.
    if (status === PROCESS_ERROR) this.storage.clear();
    this.storage.deliver(outputs);
    return status !== PROCESS_ERROR;
  }

  /** [setup] Afterwards, {@link process} does nothing. */
  close() {
    this.plugin.stopProcessing(this.address);
    this.plugin.deactivate(this.address);
    this.plugin.destroy(this.address);
    this.entry.deinit();
    this.storage.free();
  }

  /** Declares a bus for each of the plug-in's ports. A plug-in without the audio-ports extension has none. */
  portsConfig() {
    const extension = this.plugin.getExtension(this.address, this.native.allocateText("clap.audio-ports"));
    if (extension === 0) return { inputs: [], outputs: [] };
    const ports = this.native.functionsAt(extension, PORTS);
    const info = this.native.allocate(PORT_INFO_BYTES);
    const buses = (direction) =>
      Array.from({ length: ports.count(this.address, direction) }, (_, index) => {
        required("audio_ports.get", ports.get(this.address, index, direction, info));
        return { name: this.native.text(info + PORT_INFO.name), channelCount: this.native.word(info + PORT_INFO.channelCount) };
      });
    return { inputs: buses(IS_INPUT), outputs: buses(0) };
  }

  /** Allocates the `clap_process` that is used for every block. From block to block only the number of frames changes. */
  allocateProcess() {
    const { native, storage } = this;
    const address = native.allocate(PROCESS_BYTES);
    native.setWords(address, {
      // -1, in 64 bits: this host does not count frames.
      [PROCESS.steadyTime]: 0xffffffff,
      [PROCESS.steadyTime + 4]: 0xffffffff,
      [PROCESS.audioInputs]: storage.inputsAddress,
      [PROCESS.audioOutputs]: storage.outputsAddress,
      [PROCESS.audioInputsCount]: storage.inputs.length,
      [PROCESS.audioOutputsCount]: storage.outputs.length,
      [PROCESS.inEvents]: this.events.address,
      [PROCESS.outEvents]: allocateDeafEvents(native),
    });
    return address;
  }
}

/** Allocates a `clap_host` that has no extensions and ignores all requests. */
function allocateHost(native) {
  const address = native.allocate(HOST_BYTES);
  const ignore = native.allocateFunction(1, 0, () => {});
  const [name, vendor, url, version] = ["A small host", "wasm-process-buffers", "", "1.0.0"].map((text) => native.allocateText(text));
  const getExtension = native.allocateFunction(2, 1, () => 0);
  // At 0, 4 and 8 is CLAP's version. At 12 is a pointer for the host's own use, which stays 0.
  native.setWords(address, {
    0: 1,
    4: 2,
    8: 0,
    16: name,
    20: vendor,
    24: url,
    28: version,
    32: getExtension,
    36: ignore,
    40: ignore,
    44: ignore,
  });
  return address;
}

/** Allocates a `clap_output_events` that refuses every event. */
function allocateDeafEvents(native) {
  const address = native.allocate(8);
  native.setWords(address, { 4: native.allocateFunction(2, 1, () => 0) });
  return address;
}

/** The result of a call of the plug-in: 0 if it refused. Made unsigned, because wasm returns addresses as signed numbers. */
function required(step, result) {
  if (result === 0) throw new Error(`the plug-in failed at ${step}`);
  return result >>> 0;
}
