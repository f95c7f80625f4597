// Runs the tests of the Node project under the Nodes that the lock file in .ci/nodes pins, but for one that
// this is already. Its last line counts over all of them; a Node that cannot be had is a failure.
// What follows on the command line goes to Vitest: node .ci/nodes.mjs tests/config.test.ts

import { execFileSync, spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { NODE_MAJORS, nodeBinary } from "./tools.mjs";

// What bundlers, documentation tools, browsers and compilers make of us is the same under every Node; so is the audio engine, whose
// worklets render in a binary of its own; and the examples and the model, which play for a minute, are made of what the other tests try.
const ELSEWHERE = [
  "tests/worklet/**",
  "tests/model/**",
  "tests/soak/**",
  "tests/node/package/**",
  "tests/node/examples/**",
  "tests/node/kernels/**",
  "tests/node/kernels-published/**",
  "tests/node/core/**",
  "tests/node/bench.test.ts",
  "tests/node/garbage/browsers.test.ts",
];
// What is asked is whether tests pass there, not how soon.
const TESTS = ["node_modules/vitest/vitest.mjs", "run", "--project", "node*", "--testTimeout", "120000"];
const SELECTED = ELSEWHERE.flatMap((files) => ["--exclude", files]);

execFileSync(process.execPath, [".ci/prepare.mjs", "--nodes"], { stdio: "inherit" });

const total = { passed: 0, failed: 0 };
for (const major of NODE_MAJORS) {
  const { passed, failed } = await testsUnder(major);
  total.passed += passed;
  total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function testsUnder(major) {
  const node = nodeBinary(major);
  if (node === undefined) {
    console.error(`.ci/nodes has no Node ${major} for ${process.platform} on ${process.arch}`);
    return { passed: 0, failed: 1 };
  }
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  // `npm test` has run under it.
  if (version === process.version) return { passed: 0, failed: 0 };
  console.log(`Node ${version}`);
  const { output, status } = await run(node, [...TESTS, ...SELECTED, ...process.argv.slice(2)]);
  const count = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
  const [passed, failed] = count?.slice(1).map(Number) ?? [0, 1];
  // A run that ended badly without a failed test is a failure all the same.
  return { passed, failed: status === 0 ? failed : Math.max(1, failed) };
}

/** Runs this Node, which is first on PATH too, and shows what it prints. */
function run(node, args) {
  return new Promise((resolve) => {
    const env = { ...process.env, PATH: dirname(node) + delimiter + process.env.PATH };
    const child = spawn(node, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      process.stdout.write(text);
    });
    child.on("error", () => resolve({ output, status: 1 }));
    child.on("close", (status) => resolve({ output, status }));
  });
}
