// A CLAP plug-in that is rendered through the descriptors of a storage, by a host that knows no more
// of it than CLAP says.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Bus } from "wasm-process-buffers";
import { build, compilePlugin } from "../../../examples/clap-plugin/build.mjs";
import { NOTE_OFF, NOTE_ON, PARAM_VALUE } from "../../../examples/clap-plugin/events.mjs";
import { HostedPlugin } from "../../../examples/clap-plugin/host.mjs";
import { filled, noise } from "../../support/host-channels";
import { descriptorAt } from "../../support/memory-contents";
import { type Block, bits, hostOutputs, noiseBlocks } from "./blocks";

const folder = mkdtempSync(join(tmpdir(), "clap-"));
afterAll(() => rmSync(folder, { recursive: true }));

const moduleAt = (path: string) => new WebAssembly.Module(readFileSync(path));
const module = moduleAt(await build());
const { fround } = Math;
const CHANNELS = [2, 2];

function render(hosted: HostedPlugin, block: Block): Float32Array[][] {
  const outputs = hostOutputs(CHANNELS);
  expect(hosted.process(block, outputs)).toBe(true);
  return outputs;
}

/** What the plug-in computes, every step rounded to a float. */
function mixed([main = [], side = []]: Block): Float32Array[][] {
  const mix = (mainGain: number, sideGain: number) =>
    [0, 1].map((c) =>
      Float32Array.from({ length: 128 }, (_, k) => fround((main[c]?.[k] ?? 0) * mainGain) + fround((side[0]?.[k] ?? 0) * sideGain)),
    );
  return [mix(0.75, 0.25), mix(1, -1)];
}

const masks = (buses: readonly Bus[]) => buses.map((bus) => bus.constantMask);
const steady = (value: number) => filled(1, value)[0]!;

/** The plug-in with `right` in its source replaced by `changed`. */
function changedPlugin(right: string, changed: string): WebAssembly.Module {
  const own = readFileSync("examples/clap-plugin/plugin.c", "utf8");
  const source = own.replace('#include "entry.h"', readFileSync("examples/clap-plugin/entry.h", "utf8"));
  expect(source).toContain(right);
  const path = join(folder, "changed.c");
  writeFileSync(path, source.replace(right, changed));
  const output = join(folder, "changed.wasm");
  compilePlugin(path, output, [`-I${resolve("examples/clap-plugin")}`]);
  return moduleAt(output);
}

describe("ports", () => {
  test("become the buses of the storage, with their names and channels", () => {
    const { storage, name } = new HostedPlugin(module);
    expect(name).toBe("Two-bus mix");
    expect(storage.config).toEqual({
      inputs: [
        { name: "Main", channelCount: 2 },
        { name: "Side", channelCount: 1 },
      ],
      outputs: [
        { name: "Main", channelCount: 2 },
        { name: "Difference", channelCount: 2 },
      ],
    });
  });

  test("are handed to the plug-in as the storage's own descriptors", () => {
    const { native, storage, processAddress } = new HostedPlugin(module);
    const [, , framesCount, transport, inputs, outputs, inputCount, outputCount] = new Uint32Array(native.memory.buffer, processAddress, 8);
    expect([inputs, outputs]).toEqual([storage.inputsAddress, storage.outputsAddress]);
    expect([inputCount, outputCount]).toEqual([2, 2]);
    expect([framesCount, transport]).toEqual([0, 0]);
    expect(storage.memory).toBe(native.memory);
  });
});

describe("process", () => {
  test("renders sample for sample what it should, whatever buses the host connects", () => {
    const hosted = new HostedPlugin(module);
    for (const block of noiseBlocks(200, [[2, 1], [2, 0], [0, 1], [1, 1], [], [2, 2], [6]])) {
      expect(bits(render(hosted, block))).toEqual(bits(mixed(block)));
    }
  });

  test("goes on without a seam when the plug-in's memory grows between blocks", () => {
    const hosted = new HostedPlugin(module);
    const malloc = hosted.native.exports.malloc as (byteLength: number) => number;
    for (const block of noiseBlocks(20, [[2, 1]])) {
      const bytes = hosted.native.memory.buffer.byteLength;
      expect(malloc(1 << 20)).not.toBe(0);
      expect(hosted.native.memory.buffer.byteLength).toBeGreaterThan(bytes);
      expect(bits(render(hosted, block))).toEqual(bits(mixed(block)));
    }
  });

  test("delivers silence for a block at which the plug-in fails", () => {
    const hosted = new HostedPlugin(changedPlugin("return CLAP_PROCESS_CONTINUE;", "return CLAP_PROCESS_ERROR;"));
    const outputs = hostOutputs(CHANNELS);
    expect(hosted.process(noiseBlocks(1, [[2, 1]])[0]!, outputs)).toBe(false);
    expect(bits(outputs)).toEqual(bits([filled(2), filled(2)]));
  });

  test("fails where the host has other ports, and goes on where they are right again", () => {
    const hosted = new HostedPlugin(module);
    const [block] = noiseBlocks(1, [[2, 1]]) as [Block];
    hosted.native.setWords(hosted.processAddress, { 24: 1 });
    expect(hosted.process(block, hostOutputs(CHANNELS))).toBe(false);
    hosted.native.setWords(hosted.processAddress, { 24: 2 });
    expect(bits(render(hosted, block))).toEqual(bits(mixed(block)));
  });
});

describe("constant masks", () => {
  const [left, right, side] = [1, 2, 3].map((seed) => noise(128, seed)) as [Float32Array, Float32Array, Float32Array];

  test.each<[string, Block, number[], number[]]>([
    ["noise everywhere", [[left, right], [side]], [0b00, 0b0], [0b00, 0b00]],
    ["a side that is missing", [[left, right], []], [0b00, 0b1], [0b00, 0b00]],
    ["a main input that is missing", [[], [side]], [0b11, 0b0], [0b00, 0b00]],
    ["nothing at all", [], [0b11, 0b1], [0b11, 0b11]],
    ["one channel that is missing, and the side", [[left], []], [0b10, 0b1], [0b10, 0b10]],
    ["one channel that holds a value, without a side", [[left, steady(0.3)], []], [0b10, 0b1], [0b10, 0b10]],
    ["one channel that holds a value, with a side", [[left, steady(0.3)], [side]], [0b10, 0b0], [0b00, 0b00]],
    ["values throughout", [[steady(0.1), steady(0.3)], [steady(0.7)]], [0b11, 0b1], [0b11, 0b11]],
  ])("are read and written, and the samples are there all the same: %s", (_, block, inputMasks, outputMasks) => {
    const hosted = new HostedPlugin(module);
    render(hosted, [[steady(1), steady(1)], [steady(1)]]);
    const outputs = render(hosted, block);
    expect(masks(hosted.storage.inputs)).toEqual(inputMasks);
    expect(masks(hosted.storage.outputs)).toEqual(outputMasks);
    expect(bits(outputs)).toEqual(bits(mixed(block)));
  });

  test("spare the plug-in the samples behind the first one", () => {
    const hosted = new HostedPlugin(module);
    const { storage } = hosted;
    const collect = storage.collect.bind(storage);
    // A channel that is marked although it holds noise: heard is its first sample alone.
    storage.collect = (inputs, outputs) => {
      const frames = collect(inputs, outputs);
      storage.mainInput!.constantMask = 0b11;
      storage.sidechain!.constantMask = 0b1;
      return frames;
    };
    const outputs = render(hosted, [[left, right], [side]]);
    expect(bits(outputs)).toEqual(bits(mixed([[steady(left[0]!), steady(right[0]!)], [steady(side[0]!)]])));
  });

  test("are the plug-in's own, whatever the last block left in them", () => {
    const hosted = new HostedPlugin(module);
    const { storage } = hosted;
    const collect = storage.collect.bind(storage);
    storage.collect = (inputs, outputs) => {
      const frames = collect(inputs, outputs);
      storage.mainOutput!.constantMask = 0b11;
      return frames;
    };
    render(hosted, [[left, right], [side]]);
    expect(masks(storage.outputs)).toEqual([0b00, 0b00]);
  });

  test("lie in the descriptors as CLAP has them", () => {
    const hosted = new HostedPlugin(module);
    render(hosted, [[left], []]);
    const { memory, inputsAddress, outputsAddress } = hosted.storage;
    expect(descriptorAt(memory, inputsAddress, 0)).toMatchObject({ channelCount: 2, constantMask: 2n });
    expect(descriptorAt(memory, inputsAddress, 1)).toMatchObject({ channelCount: 1, constantMask: 1n });
    expect(descriptorAt(memory, outputsAddress, 1)).toMatchObject({ channelCount: 2, constantMask: 2n });
  });
});

describe("the host", () => {
  test("closes what it opened, and renders nothing afterwards", () => {
    const hosted = new HostedPlugin(module);
    hosted.close();
    const outputs = [filled(2, 7), filled(2, 7)];
    expect(hosted.process(noiseBlocks(1, [[2, 1]])[0]!, outputs)).toBe(false);
    expect(bits(outputs)).toEqual(bits([filled(2, 7), filled(2, 7)]));
    expect(hosted.storage.usage.totalBytes).toBe(0);
  });

  test.each([
    ["entry.init", "(void)path;\n  return true;", "(void)path;\n  return false;"],
    ["entry.get_factory", "same(id, CLAP_PLUGIN_FACTORY_ID)", 'same(id, "another")'],
    ["get_plugin_descriptor", "index == 0 ? &DESCRIPTOR", "index == 1 ? &DESCRIPTOR"],
    ["create_plugin", "if (!same(id, DESCRIPTOR.id))", "if (same(id, DESCRIPTOR.id))"],
    ["plugin.activate", "(void)max_frames;\n  return true;", "(void)max_frames;\n  return false;"],
    ["audio_ports.get", "if (index >= PORTS) return false;", "if (index >= 1) return false;"],
  ])("says that %s failed, where it does", (step, right, changed) => {
    expect(() => new HostedPlugin(changedPlugin(right, changed))).toThrow(new Error(`the plug-in failed at ${step}`));
  });

  test("gives a plug-in without audio ports no bus", () => {
    const { storage } = new HostedPlugin(changedPlugin("same(id, CLAP_EXT_AUDIO_PORTS)", 'same(id, "another")'));
    expect(storage.config).toEqual({ inputs: [], outputs: [] });
  });

  test("is itself a structure whose name and functions a plug-in can use", () => {
    const questions = `(void)factory;
  const char *name = ((const char *const *)host)[4];
  if (!same(name, "A small host")) return NULL;
  if (((const void *(*const *)(const void *, const char *))host)[8](host, "clap.log") != NULL) return NULL;
  for (int request = 9; request < 12; request++) ((void (*const *)(const void *))host)[request](host);`;
    const hosted = new HostedPlugin(changedPlugin("(void)factory, (void)host;", questions));
    for (const block of noiseBlocks(3, [[2, 1]])) expect(bits(render(hosted, block))).toEqual(bits(mixed(block)));
  });

  test("hands over lists of events that a plug-in can ask through its own table", () => {
    const { native, processAddress } = new HostedPlugin(module);
    const call = (address: number, ...words: number[]): unknown => native.table.get(native.word(address))(...words);
    const [inEvents, outEvents] = [native.word(processAddress + 32), native.word(processAddress + 36)] as [number, number];
    expect(call(inEvents + 4, inEvents)).toBe(0);
    expect(call(inEvents + 8, inEvents, 0)).toBe(0);
    expect(call(outEvents + 4, outEvents, 0)).toBe(0);
  });
});

describe("the factory", () => {
  const factory = (hosted: HostedPlugin) => {
    const { native, entry } = hosted;
    const address = entry.getFactory!(native.allocateText("clap.plugin-factory"));
    const create = native.table.get(native.word(address + 8)) as (...words: number[]) => number;
    return (id: string) => create(address, 0, native.allocateText(id));
  };

  test("makes an instance of its own for everyone who asks, and takes destroyed ones again", () => {
    const hosted = new HostedPlugin(module);
    const create = factory(hosted);
    const [first, second] = ["wasm-process-buffers.two-bus-mix", "wasm-process-buffers.two-bus-mix"].map(create) as [number, number];
    expect(new Set([hosted.address, first, second]).size).toBe(3);
    hosted.plugin.destroy!(first);
    hosted.plugin.destroy!(second);
    expect([create("wasm-process-buffers.two-bus-mix"), create("wasm-process-buffers.two-bus-mix")]).toEqual([second, first]);
  });

  test("knows no other plug-in, no other factory and no other extension", () => {
    const hosted = new HostedPlugin(module);
    const { native, entry, plugin, address } = hosted;
    expect(factory(hosted)("wasm-process-buffers.two-bus")).toBe(0);
    expect(entry.getFactory!(native.allocateText("clap.plugin-factory/2"))).toBe(0);
    expect(plugin.getExtension!(address, native.allocateText("clap.gui"))).toBe(0);
  });
});

test("the allocator leaves memory alone that somebody else added, and never gives the same twice", () => {
  const { exports } = new HostedPlugin(module).native;
  const { memory, malloc } = exports as unknown as { memory: WebAssembly.Memory; malloc(byteLength: number): number };
  const foreign = memory.grow(1) * 2 ** 16;
  new Uint8Array(memory.buffer, foreign, 2 ** 16).fill(255);
  const sizes = Array.from({ length: 100 }, (_, i) => i * 97);
  const addresses = sizes.map((bytes, i) => {
    const address = malloc(bytes);
    new Uint8Array(memory.buffer, address, bytes).fill(i);
    return address;
  });
  expect(new Set(addresses).size).toBe(100);
  expect(addresses.every((address) => address > 0 && address % 16 === 0)).toBe(true);
  addresses.forEach((address, i) => expect(new Uint8Array(memory.buffer, address, sizes[i]).every((byte) => byte === i)).toBe(true));
  expect(new Uint8Array(memory.buffer, foreign, 2 ** 16).every((byte) => byte === 255)).toBe(true);
  for (const bytes of [0xffffffff, 0xfffe0000]) expect(malloc(bytes)).toBe(0);
});

describe("an instrument", async () => {
  const synth = new WebAssembly.Module(readFileSync(await build("synth")));
  const GAIN = 7;
  const FRAMES = 40_000;
  type Event = readonly [frame: number, type: number, a: number, b: number];
  /** Notes of different lengths over each other, and a gain that moves, at frames that no two blocks have in common. */
  const melody: Event[] = [60, 62, 64, 65, 67, 69, 71, 72].flatMap((key, step): Event[] => [
    [step * 4003 + 11, NOTE_ON, key, 0.9 - step / 16],
    [step * 4003 + 11, NOTE_ON, key + 7, 0.5],
    [step * 4003 + 3000, PARAM_VALUE, GAIN, 1 - step / 10],
    [step * 4003 + 6001, NOTE_OFF, key, 0],
    [step * 4003 + 7130, NOTE_OFF, key + 7, 0],
  ]);

  /** Rendered in blocks that end at these frames. */
  function rendered(ends: readonly number[], events = melody): { samples: number[]; frames: number[] } {
    const hosted = new HostedPlugin(synth);
    for (const event of events) expect(hosted.events.push(...event)).toBe(true);
    const samples: number[] = [];
    const frames: number[] = [];
    let from = 0;
    for (const to of ends) {
      const outputs = hostOutputs([2], to - from);
      expect(hosted.process([], outputs)).toBe(true);
      const { view, list, count } = hosted.events;
      for (let i = 0; i < count; i++) frames.push(view.getUint32(list + i * 48 + 4, true));
      samples.push(...outputs[0]![0]!);
      expect(bits([[outputs[0]![1]!]])).toEqual(bits([[outputs[0]![0]!]]));
      from = to;
    }
    hosted.close();
    return { samples, frames };
  }

  const whole = Array.from({ length: Math.ceil(FRAMES / 128) }, (_, block) => Math.min(FRAMES, (block + 1) * 128));

  test("plays a melody as it does in blocks that are cut at the events, sample for sample", () => {
    const cut = [...new Set([...whole, ...melody.map(([frame]) => frame)])].filter((end) => end > 0 && end <= FRAMES).sort((a, b) => a - b);
    const inBlocks = rendered(whole);
    const inPieces = rendered(cut);
    expect(inPieces.frames.every((frame) => frame === 0)).toBe(true);
    expect(inBlocks.frames.filter((frame) => frame > 0).length).toBeGreaterThan(30);
    expect(inBlocks.samples).toEqual(inPieces.samples);
    // The check itself: it is heard at which frame a note begins.
    const late = melody.map(([frame, ...event], i): Event => [i === 5 ? frame + 1 : frame, ...event]);
    expect(rendered(whole, late).samples).not.toEqual(inBlocks.samples);
    expect(Math.max(...inBlocks.samples)).toBeGreaterThan(0.1);
  });

  test("is told by structures as CLAP has them", () => {
    const hosted = new HostedPlugin(synth);
    hosted.events.push(5, NOTE_ON, 60, 0.5);
    hosted.events.push(9, PARAM_VALUE, GAIN, 0.25);
    hosted.events.push(9, 77, 1, 1);
    hosted.process([], hostOutputs([2]));
    const { native, processAddress } = hosted;
    const inEvents = native.word(processAddress + 32);
    const get = native.table.get(native.word(inEvents + 8)) as (list: number, index: number) => number;
    expect((native.table.get(native.word(inEvents + 4)) as (list: number) => number)(inEvents)).toBe(2);
    expect([get(inEvents, 2), get(inEvents, -1)]).toEqual([0, 0]);
    const view = new DataView(native.memory.buffer);
    const [note, parameter] = [get(inEvents, 0), get(inEvents, 1)];
    const header = (at: number) => [
      view.getUint32(at, true),
      view.getUint32(at + 4, true),
      view.getUint16(at + 8, true),
      view.getUint16(at + 10, true),
    ];
    expect(header(note)).toEqual([40, 5, 0, 0]);
    expect([view.getInt32(note + 16, true), view.getInt16(note + 24, true), view.getFloat64(note + 32, true)]).toEqual([-1, 60, 0.5]);
    expect(header(parameter)).toEqual([48, 9, 0, 5]);
    expect([view.getUint32(parameter + 16, true), view.getInt16(parameter + 32, true), view.getFloat64(parameter + 40, true)]).toEqual([
      GAIN,
      -1,
      0.25,
    ]);
  });
});

test("main.mjs renders a second, and tells of constant channels", () => {
  const printed = execFileSync(process.execPath, ["examples/clap-plugin/main.mjs"], { encoding: "utf8" });
  expect(printed).toContain("Two-bus mix: Main (2), Side (1) in; Main (2), Difference (2) out");
  expect(printed).toContain("375 blocks of 128 frames");
  // Without a side, the right channel of both outputs holds one value.
  expect(printed).toContain("374 of 1500 output channels held one value");
  expect(printed).toMatch(/^Eight voices: 21 events as clap_event_note and clap_event_param_value, peak 0\.[1-9]/m);
});
