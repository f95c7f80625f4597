// A kernel that Faust compiled and that does next to nothing, one output for each input: in
// faustwasm's own processor, and with our storage before and behind it. The baseline is the floor with
// the same kernel between its copies.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
// Node is not led to this file by the package's name alone.
import * as faustwasm from "@grame/faustwasm/dist/esm/index.js";
import { createRegionHeap, ProcessBufferStorage } from "wasm-process-buffers";
import { inTurn } from "../block.mjs";
import { shape } from "../shapes.mjs";

export const FAUST_SHAPES = ["mono", "stereo", "5.1"];
export const FAUST_FLOOR = "floor, same kernel";
const FAUST_PROCESSOR = "faustwasm's processor";
const SAMPLE_RATE = 48_000;

const RENDERERS = {
  [FAUST_FLOOR]: floorWithKernel,
  ours: (...kernel) => oursWithKernel({}, ...kernel),
  "ours, outputs not zeroed": (...kernel) => oursWithKernel({ clearOutputs: false }, ...kernel),
  [FAUST_PROCESSOR]: faustProcessor,
};
export const FAUST_CANDIDATES = Object.keys(RENDERERS).filter((name) => name !== FAUST_FLOOR);

const PAIRS = [...FAUST_CANDIDATES.map((candidate) => [FAUST_FLOOR, candidate]), [FAUST_PROCESSOR, "ours"]];

export function casesIn({ isMain }) {
  if (!isMain) return [];
  return FAUST_SHAPES.flatMap((name) =>
    PAIRS.map(([baseline, candidate]) => ({ id: faustId(name, candidate, baseline), shape: name, lists: "same", baseline, candidate })),
  );
}

export function faustId(shapeName, candidate, baseline = FAUST_FLOOR) {
  return `${shapeName}: ${candidate} / ${baseline}`;
}

/** Compiles the kernels, once for all cases. */
export async function prepare() {
  const { FaustCompiler, instantiateFaustModuleFromFile, LibFaust } = faustwasm;
  const library = fileURLToPath(import.meta.resolve("@grame/faustwasm/libfaust-wasm/libfaust-wasm.js"));
  const compiler = new FaustCompiler(new LibFaust(await instantiateFaustModuleFromFile(library)));
  mkdirSync(path(""), { recursive: true });
  for (const name of FAUST_SHAPES) {
    const channels = shape(name).config.inputs[0];
    const { code, json } = await compiler.createMonoDSPFactory("through", `process = par(channel, ${channels}, _);`, "");
    writeFileSync(path(`through-${channels}.wasm`), code);
    writeFileSync(path(`through-${channels}.json`), json);
  }
}

export function hostOf({ shape: name }) {
  return shape(name);
}

export function works({ shape: name, baseline, candidate }, hosts) {
  const { config, frames } = shape(name);
  const channels = config.inputs[0];
  const factory = {
    module: new WebAssembly.Module(readFileSync(path(`through-${channels}.wasm`))),
    json: readFileSync(path(`through-${channels}.json`), "utf8"),
  };
  return [baseline, candidate].map((renderer) => {
    const work = RENDERERS[renderer](factory, config, frames, hosts);
    proveThrough(renderer, work, hosts);
    return work;
  });
}

function floorWithKernel({ module, json }, { inputs: [channels] }, frames, hosts) {
  const { compute, dsp, memory, heap } = kernelWith(module, json);
  const tables = heap.malloc(2 * channels * 4) >> 2;
  const views = Array.from({ length: 2 * channels }, (_, index) => {
    const address = heap.malloc(frames * 4);
    new Uint32Array(memory.buffer)[tables + index] = address;
    return new Float32Array(memory.buffer, address, frames);
  });
  const scope = {
    compute,
    dsp,
    frames,
    ins: views.slice(0, channels),
    outs: views.slice(channels),
    inTable: tables * 4,
    outTable: (tables + channels) * 4,
  };
  const body = `
    const from = host.inputs[0];
    for (let channel = 0; channel < from.length; channel++) ins[channel].set(from[channel]);
    compute(dsp, frames, inTable, outTable);
    const to = host.outputs[0];
    for (let channel = 0; channel < to.length; channel++) to[channel].set(outs[channel]);`;
  return inTurn(hosts, body, scope);
}

function oursWithKernel(options, { module, json }, config, frames, hosts) {
  const { compute, dsp, heap } = kernelWith(module, json);
  const storage = ProcessBufferStorage.allocateFromConfig(config, { heap, maxFrames: frames, ...options });
  const body = `
    const frames = storage.collect(host.inputs, host.outputs);
    compute(dsp, frames, storage.inputTableAddress, storage.outputTableAddress);
    storage.deliver(host.outputs);`;
  return inTurn(hosts, body, { compute, dsp, storage });
}

/** The class that faustwasm registers in a worklet, in a scope that has what it asks for. */
function faustProcessor(factory, _config, _frames, hosts) {
  Object.assign(globalThis, { AudioWorkletProcessor: StandInProcessor, sampleRate: SAMPLE_RATE, currentFrame: 0 });
  const dependencies = { ...faustwasm, FaustAudioWorkletProcessorCommunicator: NoSensors };
  const data = { processorName: "through", dspName: "through", dspMeta: JSON.parse(factory.json), poly: false };
  const Processor = faustwasm.getFaustAudioWorkletProcessor(dependencies, data, false);
  const processor = new Processor({ processorOptions: { name: "through", factory, sampleSize: 4 } });
  return inTurn(hosts, "processor.process(host.inputs, host.outputs, parameters);", { processor, parameters: {} });
}

class StandInProcessor {
  port = { postMessage() {}, addEventListener() {}, start() {} };
}

/** Its own one is not exported; this one answers faster. */
class NoSensors {
  getNewAccDataAvailable() {
    return false;
  }

  getNewGyrDataAvailable() {
    return false;
  }
}

const PAGES = 1;
const PAGE_BYTES = 65536;

/** An instance with a page of its memory set aside for samples and tables. */
function kernelWith(module, json) {
  const { compute, init, memory } = new WebAssembly.Instance(module).exports;
  const address = memory.grow(PAGES) * PAGE_BYTES;
  const heap = createRegionHeap(memory, address, PAGES * PAGE_BYTES);
  const dsp = heap.malloc(JSON.parse(json).size);
  init(dsp, SAMPLE_RATE);
  return { compute, dsp, memory, heap };
}

function proveThrough(renderer, work, hosts) {
  for (const _ of hosts) work();
  for (const { inputs, outputs } of hosts) {
    const same = outputs[0].every((samples, channel) =>
      samples.every((sample, frame) => sample !== 0 && sample === inputs[0][channel][frame]),
    );
    if (!same) throw new Error(`${renderer}: what went in did not come out`);
    for (const samples of outputs[0]) samples.fill(0);
  }
}

function path(name) {
  return fileURLToPath(new URL(`../../build/bench/${name}`, import.meta.url));
}
