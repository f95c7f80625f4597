// Ten minutes of audio through a changing configuration, in Node and in Chromium's AudioWorklet, as fast as
// it goes: sample-exact, diagnostics exactly as computed, no heap larger at the end than at the start.
//
//   npm run soak                   ten minutes of 48 kHz in both
//   npm run soak -- --minutes 1    less
//   npm run soak -- --in node      or chromium, alone

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { soakInChromium } from "./chromium.mjs";
import { ROUND_BLOCKS } from "./scenario.js";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" }, in: { type: "string", default: "node,chromium" } } });
const BLOCKS_A_MINUTE = (60 * 48_000) / 128;
// Two rounds to get warm at the least, and two to compare with.
const blocks = Math.max(4 * ROUND_BLOCKS, Math.round(Number(values.minutes) * BLOCKS_A_MINUTE));
/** Engines compile for half a minute of audio; until then their heaps grow. */
const warmBlocks = ROUND_BLOCKS * Math.min(16, Math.floor(blocks / ROUND_BLOCKS / 2));
/**
 * What a heap may grow by in each half. An engine that compiles something late grows by more, once; what is left
 * behind block by block grows in both halves alike, and a byte a block in ten minutes shows.
 */
const HEAP_TOLERANCE = 64 * 1024;
/** What it may grow by in all. */
const WHOLE_HEAP_TOLERANCE = 512 * 1024;

console.log(`${blocks} blocks of 128 frames at 48 kHz, ${(blocks / BLOCKS_A_MINUTE).toFixed(1)} minutes of audio`);
const runtimes = { node: soakInNode, chromium: soakInChromium };
for (const name of values.in.split(",")) judge(name, await runtimes[name](blocks, warmBlocks));

function soakInNode(...counts) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("node.mjs", import.meta.url)), counts, { execArgv: ["--expose-gc"] });
    child.on("message", resolve);
    child.on("exit", (code) => code !== 0 && reject(new Error(`the soak in Node ended with ${code}`)));
  });
}

function judge(name, report) {
  const { seconds, differenceCount, differences, memoryBefore, memoryBytes, heaps } = report;
  const [warm, halfway, end] = heaps;
  const failures = [...differences];
  if (report.blocks !== blocks) failures.push(`${report.blocks} blocks were rendered`);
  if (memoryBefore !== memoryBytes) failures.push(`the wasm memory went from ${memoryBefore} B to ${memoryBytes} B`);
  const isSteady = Math.min(halfway - warm, end - halfway) <= HEAP_TOLERANCE && end - warm <= WHOLE_HEAP_TOLERANCE;
  if (!isSteady) failures.push(`the JS heap went from ${warm} B to ${halfway} B to ${end} B`);
  if (report.loudest === 0) failures.push("what was rendered is silence");
  const kib = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
  const rows = [
    ["blocks", report.blocks],
    ["time", `${seconds.toFixed(1)} s, ${(((blocks / BLOCKS_A_MINUTE) * 60) / seconds).toFixed(0)} x real time`],
    ["samples, counts, masks, lengths that differ", differenceCount],
    ["JS heap, warm, halfway and at the end", heaps.map(kib).join(", ")],
    ["wasm memory, warm and at the end", `${kib(memoryBefore)}, ${kib(memoryBytes)}`],
  ];
  console.log(`\n${name}`);
  for (const [what, value] of rows) console.log(`  ${what.padEnd(46)}${value}`);
  for (const failure of failures) console.log(`  FAILED: ${failure}`);
  if (failures.length > 0 || differenceCount > 0) process.exitCode = 1;
}
