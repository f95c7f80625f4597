// Runs the tests of the Node project under the other majors of Node that the package supports, which npm
// brings. Its last line counts over all of them; a Node that cannot be had is a failure.

import { spawn } from "node:child_process";

const MAJORS = [20, 22, 24];

// What bundlers and documentation tools make of us is the same under every Node; and the examples, which
// play for a minute, are made of what the other tests try.
const ELSEWHERE = ["tests/node/examples/examples.test.ts", "tests/node/package/{bundlers,package,docs}.test.ts"];
// What is asked is whether tests pass there, not how soon.
const TESTS = ["node_modules/vitest/vitest.mjs", "run", "--project", "node", "--testTimeout", "120000"];
const SELECTED = ELSEWHERE.flatMap((files) => ["--exclude", files]);

const total = { passed: 0, failed: 0 };
for (const major of MAJORS.filter((major) => !process.version.startsWith(`v${major}.`))) {
  const { passed, failed } = await testsUnder(major);
  total.passed += passed;
  total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function testsUnder(major) {
  const version = (await nodeOf(major, "--version")).output.trim().split("\n").at(-1);
  if (!version.startsWith(`v${major}.`)) {
    console.error(`Node ${major} cannot be had from npm's package "node"`);
    return { passed: 0, failed: 1 };
  }
  const { output, status } = await nodeOf(major, ...TESTS, ...SELECTED);
  const count = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
  const [passed, failed] = count?.slice(1).map(Number) ?? [0, 1];
  // A run that ended badly without a failed test is a failure all the same.
  return { passed, failed: status === 0 ? failed : Math.max(1, failed) };
}

/** Runs a Node of this major, and shows what it prints. */
function nodeOf(major, ...args) {
  return new Promise((resolve) => {
    const child = spawn("npx", ["--yes", `--package=node@${major}`, "--", "node", ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      process.stdout.write(text);
    });
    child.on("error", () => resolve({ output, status: 1 }));
    child.on("close", (status) => resolve({ output, status }));
  });
}
