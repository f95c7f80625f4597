// A screen for a browser that wants one.

import { spawn } from "node:child_process";

/**
 * Starts Xvfb on the first display that is free. Whoever asked ends the server.
 *
 * @returns {{ server: import("node:child_process").ChildProcess, display: Promise<string> }} The display's name comes once it is there.
 */
export function openDisplay() {
  const args = ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"];
  const server = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  /** @type {Promise<string>} */
  const display = new Promise((resolve, reject) => {
    let said = "";
    server.on("error", reject);
    server.on("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
    const output = /** @type {import("node:stream").Readable} */ (server.stdio[3]);
    output.on("data", (data) => {
      said += data;
      if (said.includes("\n")) resolve(`:${said.trim()}`);
    });
  });
  return { server, display };
}
