import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { nodeBinary } from "../../.ci/tools.mjs";

const execute = promisify(execFile);
const CASE = fileURLToPath(new URL("case.mjs", import.meta.url));

/** A Node to measure in: each case runs in a process of its own. */
export function openNode(major) {
  const binary = nodeBinary(major);
  if (binary === undefined) throw new Error(`Node ${major} is not here; \`node .ci/prepare.mjs --nodes\` brings it`);
  const [node, v8] = execFileSync(binary, ["-p", "process.versions.node + ' ' + process.versions.v8"], { encoding: "utf8" })
    .trim()
    .split(" ");
  if (!node.startsWith(`${major}.`)) throw new Error(`this is Node ${node}, and not ${major}: ${binary}`);
  return {
    version: `Node ${node} (V8 ${v8})`,
    binary,
    async measure(subject, one, { node: effort }) {
      const { stdout } = await execute(binary, ["--expose-gc", CASE, subject, JSON.stringify(one), JSON.stringify(effort)]);
      return JSON.parse(stdout);
    },
    close() {},
  };
}
