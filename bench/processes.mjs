import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const CASE = fileURLToPath(new URL("case.mjs", import.meta.url));

/** Runs one case of a subject in a process of its own; resolves to what it measured. */
export async function runCase(subject, oneCase, effort) {
  const { stdout } = await execute(process.execPath, ["--expose-gc", CASE, subject, JSON.stringify(oneCase), JSON.stringify(effort)]);
  return JSON.parse(stdout);
}
