// Every example, as somebody runs it who has copied its folder, and what those in AssemblyScript share: in a project that has this package and
// its tools installed, and nothing else of the repository.

import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

/** What each one must say when it has run. */
const SAID: Record<string, RegExp> = {
  "assemblyscript-kernel": /^ +music, voice, reverb +0\.[78]\d\d +0\.[78]\d\d +0$/m,
  "c-kernel": /^ +0\.0 s +0\.903 +0\.208 +0\.225$/m,
  chain: /^copied between them: 0 times\n0 of 48000 frames differ/m,
  "clap-plugin": /^Two-bus mix: Main \(2\), Side \(1\) in; Main \(2\), Difference \(2\) out/m,
  ducker: /^ +where the voice speaks +-1[0-9]\.\d dB\n +in its second half +-2[0-9]\.\d dB, with an amount of 0\.95 in place of 0\.8$/m,
  "emscripten-callback":
    /^shared memory: none; 375 blocks of 128 frames[\s\S]*^ +to 0\.6 s +0\.400\n +to 0\.8 s +0\.500\n +to 1\.0 s +0\.003$/m,
  "emscripten-kernel": /^ +0\.500 s +0\.880 +320 KB$/m,
  "faust-effect": /^ +0\.27 s +0 +0\.000 +0\.000 +0\.3\d\d$/m,
  "faust-instrument": /^8 notes in 945 blocks[\s\S]*^ +0\.84 s +0, 0, 96, 96 +0\.2\d\d$/m,
  gain: /^every sample came out at half its level$/m,
  "many-nodes": /^100 nodes at 100 addresses of one memory[\s\S]*^0 of 1024 frames are not/m,
  "node-stream": /^quieter\.wav: \d+\.\d s, \d+ blocks of 500 frames/m,
  "noise-suppression": /^ +where nobody speaks +-26\.\d dB +-[5-9]\d\.\d dB$/m,
  "rust-kernel": /^ +connected +-1[78]\.\d dB +-1[01]\.\d dB$/m,
  "worker-kernel": /^latency 8192 frames, 171 ms; underruns 0, refused 0\n0 of 32768 samples are not/m,
};

/** Pages: tests/browser opens the playground in every browser, templates.test.ts the others. */
const PAGES = ["playground", "template-html", "template-vite-c"];

const folders = readdirSync("examples", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !PAGES.includes(entry.name))
  .map(({ name }) => name);

mkdirSync("build", { recursive: true });
const project = mkdtempSync(resolve("build/examples-"));
afterAll(() => rmSync(project, { recursive: true }));
writeFileSync(join(project, "package.json"), '{ "type": "module" }');
install("wasm-process-buffers", resolve("."));
for (const name of packages("node_modules")) install(name, resolve("node_modules", name));

function install(name: string, from: string): void {
  const place = join(project, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(from, place);
}

/** Names of the installed packages, those of scopes too. */
function packages(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) => (name.startsWith("@") ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name]));
}

/** The one command of an example, which its README sets off from the text. */
function commandOf(example: string): string[] {
  const readme = join(example, "README.md");
  if (!existsSync(readme)) throw new Error(`${example} has no README.md`);
  const commands = Array.from(readFileSync(readme, "utf8").matchAll(/^ {4}(node .+)$/gm), ([, command]) => command!);
  if (commands.length !== 1) throw new Error(`${readme} holds ${commands.length} commands; one is wanted`);
  return commands[0]!.split(" ");
}

test("no example is left out", () => {
  expect(folders.toSorted()).toEqual(Object.keys(SAID).toSorted());
});

test.each(folders)("%s runs by the one command of its README, in a project of its own", { timeout: 300_000 }, async (name) => {
  const copied = join(project, "examples", name);
  for (const shared of ["assemblyscript.mjs", "compilers.mjs", "faust.mjs"])
    cpSync(join("examples", shared), join(project, "examples", shared));
  cpSync(join("examples", name), copied, { recursive: true, filter: (path) => !path.endsWith(`${name}/build`) });
  const [, ...args] = commandOf(copied);
  // Rejects where the command ends with another code than 0.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: project });
  expect(stdout).toMatch(SAID[name]!);
});

test("npm run playground serves the page, its script and its processor", { timeout: 120_000 }, async () => {
  // Not its own preparations: what the tests use is built. In a group of its own, which ends as a whole.
  const command = ["run", "--ignore-scripts", "playground", "--", "--port", "0", "--host", "127.0.0.1"];
  const server = spawn("npm", command, { detached: true, env: { ...process.env, NO_COLOR: "1" } });
  try {
    let address: string | undefined;
    for await (const line of createInterface(server.stdout)) {
      address = /http:\S+/.exec(line)?.[0];
      if (address !== undefined) break;
    }
    for (const [path, content] of [
      ["", '<script type="module" src="./main.ts">'],
      ["main.ts", "addEventListener"],
      ["processor.ts", "registerProcessor"],
    ] as const) {
      const answer = await fetch(new URL(path, address));
      expect([path, answer.status, (await answer.text()).includes(content)]).toEqual([path, 200, true]);
    }
  } finally {
    process.kill(-server.pid!, "SIGTERM");
  }
});

test("an example without a README, or without exactly one command in it, is refused", () => {
  const example = join(project, "broken");
  mkdirSync(example);
  expect(() => commandOf(example)).toThrow("has no README.md");
  for (const [text, count] of [
    ["# No command", 0],
    ["    node a.mjs\n    node b.mjs\n", 2],
  ] as const) {
    writeFileSync(join(example, "README.md"), text);
    expect(() => commandOf(example)).toThrow(`holds ${count} commands`);
  }
});
