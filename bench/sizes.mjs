import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import * as everything from "wasm-process-buffers";
import { gzippedBytes, minifiedBundle } from "./bundle-size.mjs";
import { moduleShares } from "./module-shares.mjs";

const ENTRY = fileURLToPath(dist("index.js"));

/** What the package weighs, in bytes. */
export async function sizes() {
  const all = await minifiedBundle(ENTRY);
  const everyday = await minifiedBundle(ENTRY, ["ProcessBufferStorage"]);
  return {
    core: readFileSync(dist("core.wasm")).length,
    sharedCore: readFileSync(dist("core-shared.wasm")).length,
    everydayMinified: everyday.length,
    everydayGzipped: gzippedBytes(everyday),
    allMinified: all.length,
    allGzipped: gzippedBytes(all),
    allBrotli: brotliCompressSync(all).length,
    stereoStorage: stereoStorageBytes(),
    modules: await moduleShares(),
    exports: await exportsAlone(),
  };
}

/** Bytes of linear memory of a stereo storage, besides its samples. */
function stereoStorageBytes() {
  const storage = everything.ProcessBufferStorage.allocateFromConfig({ inputs: [2], outputs: [2] }, { maxFrames: 128 });
  const { totalBytes, sampleBytes } = storage.usage;
  storage.free();
  return totalBytes - sampleBytes;
}

/** What a bundle weighs that imports just one export. */
async function exportsAlone() {
  const costs = [];
  for (const name of Object.keys(everything)) {
    const code = await minifiedBundle(ENTRY, [name]);
    costs.push({ name, minified: code.length, gzipped: gzippedBytes(code) });
  }
  return costs.sort((a, b) => b.gzipped - a.gzipped);
}

function dist(file) {
  return new URL(`../dist/${file}`, import.meta.url);
}
