// A screen for a browser that wants one.

import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** Starts Xvfb on the first display that is free; whoever asked ends the server. */
export function openDisplay(): { server: ChildProcess; display: Promise<string> } {
  const args = ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"];
  const server = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const display = new Promise<string>((resolve, reject) => {
    let said = "";
    server.on("error", reject);
    server.on("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
    (server.stdio[3] as Readable).on("data", (data) => {
      said += data;
      if (said.includes("\n")) resolve(`:${said.trim()}`);
    });
  });
  return { server, display };
}
