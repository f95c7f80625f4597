// Runs commands side by side, as many as there are cores, and shows what each has printed once it has ended:
//
//   node .ci/side-by-side.mjs "npm run --silent check" "npm run --silent lint"

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

const waiting = process.argv.slice(2);
await Promise.all(Array.from({ length: availableParallelism() }, runNext));

async function runNext() {
  for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
    const { output, code } = await ended(spawn(command, { shell: true, stdio: ["ignore", "pipe", "pipe"] }));
    process.stdout.write(output);
    if (code === 0) continue;
    console.error(`${command} ended with ${code}`);
    process.exitCode = 1;
    waiting.length = 0;
  }
}

function ended(child) {
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ output, code }));
  });
}
