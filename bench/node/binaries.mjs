import { execFileSync } from "node:child_process";

/** The path of a Node of this major, which npm brings where it is not the one that runs. */
export function nodeBinary(major) {
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  const path = execFileSync("npx", ["--yes", `--package=node@${major}`, "--", "node", "-p", "process.execPath"], { encoding: "utf8" });
  return path.trim();
}
