// Streams a WAV file through a kernel. The file's length need not be a multiple of the block's length.
//
//   node examples/node-stream/main.mjs [in.wav [out.wav [gain]]]

import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { build } from "../assemblyscript.mjs";
import { ProcessStream } from "./process-stream.mjs";
import { readHead } from "./wav-header.mjs";

const BLOCK = 500;
const recording = fileURLToPath(import.meta.resolve("audio-lena/wav")).replace(/wav\.js$/, "lena.wav");
const [, , from = recording, to = "quieter.wav", gain = "0.5"] = process.argv;

try {
  const { bytes, dataStart, dataLength, channels, sampleRate, format, frameBytes } = await readHead(from);
  const module = new WebAssembly.Module(readFileSync(await build(new URL(".", import.meta.url))));
  const kernel = new WebAssembly.Instance(module).exports;
  kernel.setGain(Number(gain));
  const out = createWriteStream(to);
  out.write(bytes);
  await pipeline(
    createReadStream(from, { start: dataStart, end: dataStart + dataLength - 1 }),
    new ProcessStream(kernel, channels, BLOCK, format),
    out,
  );
  const frames = Math.floor(dataLength / frameBytes);
  console.log(
    `${to}: ${(frames / sampleRate).toFixed(1)} s, ${Math.ceil(frames / BLOCK)} blocks of ${BLOCK} frames, the last of ${frames % BLOCK || BLOCK}`,
  );
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
