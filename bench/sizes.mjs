import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { minify } from "terser";
import { ProcessBufferStorage } from "wasm-process-buffers";

/** What the package weighs, in bytes. */
export async function sizes() {
  const entry = readFileSync(dist("index.js"), "utf8");
  const { code } = await minify(entry, { module: true, ecma: 2020, compress: { passes: 2 } });
  const storage = ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { maxFrames: 128 });
  const { totalBytes, sampleBytes, silenceBytes } = storage.usage;
  storage.free();
  return {
    core: readFileSync(dist("core.wasm")).length,
    sharedCore: readFileSync(dist("core-shared.wasm")).length,
    entryMinified: code.length,
    entryGzipped: gzipSync(code, { level: 9 }).length,
    entryBrotli: brotliCompressSync(code).length,
    stereoStorageTables: totalBytes - sampleBytes - silenceBytes,
  };
}

function dist(file) {
  return new URL(`../dist/${file}`, import.meta.url);
}
