// Writes the configuration as the files of a project, for the page's button "Copy code".

import type { BusConfig, BusDirection, SampleFormat } from "wasm-process-buffers";
import type { Choices } from "./report";

/** The files of a project for Vite that plays this configuration, by their names. */
export function filesFor(config: BusConfig, choices: Choices, isFixed: boolean): Readonly<Record<string, string>> {
  const { maxFrames = 128, sampleFormat = "f32", missingInputs } = choices;
  const blocks = isFixed ? `  blockFrames: ${maxFrames},\n` : "";
  return {
    "config.js": `export const config = ${JSON.stringify(plain(config), null, 2)};\n`,
    "processor.js": `import { registerKernelProcessor } from "wasm-process-buffers";
import { config } from "./config.js";

registerKernelProcessor("kernel", {
  ...config,
${blocks}  storage: () => (${JSON.stringify({ sampleFormat, missingInputs })}),
${startOf(sampleFormat)}});
`,
    "main.js": `import { createKernelNode } from "wasm-process-buffers";
import { config } from "./config.js";
import kernelUrl from "./kernel.wasm?url";
import processorUrl from "./processor.js?worker&url";

document.querySelector("button").onclick = async () => {
  const context = new AudioContext();
  await context.audioWorklet.addModule(processorUrl);
  const node = await createKernelNode(context, "kernel", { module: kernelUrl, config });
  config.inputs.forEach((_, bus) => {
    const tone = new OscillatorNode(context, { frequency: 220 * (bus + 1) });
    tone.connect(node, 0, bus);
    tone.start();
  });
  node.connect(context.destination, 0);
};
`,
    "index.html": '<button>Play</button>\n<script type="module" src="./main.js"></script>\n',
    "kernel.c": kernelOf(config, sampleFormat),
    "kernel.sh": `clang --target=wasm32 -nostdlib -ffreestanding -O3 -mbulk-memory -Wl,--no-entry -Wl,--export=process \\
  -I node_modules/wasm-process-buffers/include kernel.c node_modules/wasm-process-buffers/include/heap.c -o kernel.wasm
`,
  };
}

/** All files in one text, each after its name. */
export function textOf(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([name, code]) => `${COMMENT[name.split(".").at(-1)!]!.replace("NAME", name)}\n${code}`)
    .join("\n");
}

const COMMENT: Readonly<Record<string, string>> = { js: "// NAME", c: "/* NAME */", html: "<!-- NAME -->", sh: "# NAME" };

function plain(config: BusConfig) {
  const buses = (direction: BusDirection) =>
    config[`${direction}s`].map((bus) => {
      const { channelCount, layout = "planar" } = typeof bus === "number" ? { channelCount: bus } : bus;
      return layout === "planar" ? channelCount : { channelCount, layout };
    });
  return { inputs: buses("input"), outputs: buses("output") };
}

/**
 * Code of `start` for a kernel of 16-bit samples. It takes the flat tables, because descriptors have no pointers to such samples.
 */
function startOf(sampleFormat: SampleFormat): string {
  if (sampleFormat !== "i16") return "";
  return `  start: ({ kernel: { exports }, storage }) => ({
    process: (frames) => exports.process(storage.inputTableAddress, storage.outputTableAddress, frames),
  }),
`;
}

/**
 * A kernel in C. It writes each channel of the main input, at half its level, to the main output's channel of the same index. If
 * the input has fewer channels, they are used again from the first one.
 */
function kernelOf(config: BusConfig, sampleFormat: SampleFormat): string {
  const [input, output] = [config.inputs[0], config.outputs[0]].map(mainBus);
  const hasFewer = input!.channelCount < output!.channelCount;
  const from = placeOf("inputs", input!, sampleFormat, hasFewer ? `c % ${input!.channelCount}` : "c");
  const to = placeOf("outputs", output!, sampleFormat, "c");
  const half = { f32: "0.5f", f64: "0.5", i16: "16384" }[sampleFormat];
  // Without an input channel, a square wave with a period of 64 frames.
  const value =
    input!.channelCount === 0 ? `(k / 32 % 2 ? ${half} : -${half})` : sampleFormat === "i16" ? `${from} / 2` : `${half} * ${from}`;
  const buses =
    sampleFormat === "i16"
      ? "const int16_t *const *inputs, int16_t *const *outputs"
      : "const process_buffers_bus *inputs, process_buffers_bus *outputs";
  return `#include <process_buffers.h>

void process(${buses}, uint32_t frames) {
  for (uint32_t c = 0; c < ${output!.channelCount}; c++)
    for (uint32_t k = 0; k < frames; k++) ${to} = ${value};
}
`;
}

interface MainBus {
  readonly channelCount: number;
  readonly layout: string;
}

function mainBus(bus: BusConfig["inputs"][number] | undefined): MainBus {
  const { channelCount, layout = "planar" } = typeof bus === "object" ? bus : { channelCount: bus ?? 0 };
  return { channelCount, layout };
}

/**
 * C code for sample k of a channel. In an interleaved bus, a channel's samples lie as many samples apart as there are channels.
 */
function placeOf(buses: string, { channelCount, layout }: MainBus, sampleFormat: SampleFormat, channel: string): string {
  const table = sampleFormat === "i16" ? buses : `${buses}[0].${sampleFormat === "f64" ? "data64" : "data32"}`;
  return `${table}[${channel}][${layout === "interleaved" ? `k * ${channelCount}` : "k"}]`;
}
