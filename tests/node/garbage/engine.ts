// Browsers that write a line to their standard error whenever they collect garbage, and how to read it.

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDisplay } from "../../../.ci/display.mjs";
import { firefox, firefoxUserPrefs, miniBrowser, xvfb } from "../../../.ci/tools.mjs";

/** One collection, of the heap that has this name in the log. */
export interface Collection {
  readonly heap: string;
  /** What had been allocated on it since the collection before. */
  readonly bytes: number;
  /** What may be allocated on it before the next one. */
  readonly room: number;
}

export interface Engine {
  readonly name: string;
  /** Opens a page. The folder is the browser's own, and the log is what it writes to. */
  open(url: string, folder: string, log: number): Promise<Browser>;
  collectionsIn(log: string): Collection[];
  /** What may be allocated on a heap before the first collection. */
  readonly roomAtFirst: number;
  /**
   * Numbers of blocks to render while the log is watched. A byte in each block of the first look fills a heap. The next looks follow only
   * where something was collected that may have been there before.
   */
  readonly looks: readonly number[];
}

export interface Browser {
  /** Rejects when the browser ends by itself. */
  readonly ended: Promise<never>;
  end(): Promise<void>;
}

const KIB = 1024;

/** Process, runtime, time, reason, share that survived, size of the nursery before and after. */
const NURSERY = /^MinorGC: +(\d+) +(0x[0-9a-f]+) +[\d.]+ +\S+ +[\d.]+% +(\d+) +(\d+) /gm;

const spiderMonkey: Engine = {
  name: "Firefox",
  async open(url, folder, log) {
    const prefs = {
      ...firefoxUserPrefs,
      "app.normandy.enabled": false,
      "browser.shell.checkDefaultBrowser": false,
      "browser.startup.homepage_override.mstone": "ignore",
      "datareporting.policy.dataSubmissionEnabled": false,
      "toolkit.telemetry.enabled": false,
    };
    const lines = Object.entries(prefs).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
    writeFileSync(join(folder, "user.js"), lines.join(""));
    const args = ["--headless", "--no-remote", "--profile", folder, url];
    return browserOf([spawn(found("firefox-esr", firefox()), args, writingTo(log, { JS_GC_PROFILE_NURSERY: "0,all" }))]);
  },
  collectionsIn: (log) =>
    Array.from(log.matchAll(NURSERY), ([, process, runtime, before, after]) => ({
      heap: `${process} ${runtime}`,
      bytes: Number(before) * KIB,
      room: Number(after) * KIB,
    })),
  // No preference makes the nursery of a worklet smaller, or keeps it from growing when much of it survives or it is soon full.
  roomAtFirst: 256 * KIB,
  // Twice as many as a nursery of that size needs, because it may have grown while the case was made. There is more room after each.
  looks: [600_000, 1_200_000, 1_200_000],
};

/** Collected is as soon as so many bytes are allocated. */
const JSC_ROOM = 250_000;

const javaScriptCore: Engine = {
  name: "WebKitGTK",
  async open(url, _folder, log) {
    const binary = found("webkit2gtk-driver", miniBrowser());
    found("xvfb", xvfb());
    const { server, display } = openDisplay();
    const env = {
      DISPLAY: await display,
      NO_AT_BRIDGE: "1",
      WEBKIT_SKIA_ENABLE_CPU_RENDERING: "1",
      JSC_useSharedArrayBuffer: "1",
      JSC_logGC: "1",
      JSC_gcMaxHeapSize: String(JSC_ROOM),
      // Or a collection may be logged after the blocks that it is of.
      JSC_useConcurrentGC: "0",
    };
    return browserOf([server, spawn(binary, ["--private", url], writingTo(log, env))]);
  },
  collectionsIn: (log) =>
    Array.from(log.matchAll(/\[GC<(0x[0-9a-f]+)>: START/g), ([, heap]) => ({ heap: heap!, bytes: JSC_ROOM, room: JSC_ROOM })),
  roomAtFirst: JSC_ROOM,
  looks: [300_000, 600_000, 600_000],
};

export const engines = [spiderMonkey, javaScriptCore];

function found(packageName: string, file: string | undefined): string {
  if (file === undefined) throw new Error(`${packageName} is not installed`);
  return file;
}

function writingTo(log: number, env: Readonly<Record<string, string>>): SpawnOptions {
  return { stdio: ["ignore", "ignore", log], env: { ...process.env, ...env } };
}

function browserOf(children: readonly ChildProcess[]): Browser {
  const exits = children.map(
    (child) =>
      new Promise<string>((exited) => {
        child.once("error", ({ message }) => exited(message));
        child.once("exit", (code, signal) => exited(`${child.spawnfile} ended with ${code ?? signal}`));
      }),
  );
  const ended = Promise.race(exits).then((words): never => {
    throw new Error(words);
  });
  // Nobody may be waiting when it is ended.
  ended.catch(() => {});
  return {
    ended,
    async end() {
      for (const child of children.toReversed()) child.kill("SIGKILL");
      await Promise.all(exits);
    },
  };
}

/** A file that the processes of a browser write to, and what has been added to it. */
export class Log {
  readonly folder = mkdtempSync(join(tmpdir(), "garbage-"));
  private readonly path = join(this.folder, "stderr.txt");
  readonly descriptor = openSync(this.path, "a+");
  private read = 0;

  /** What is new since it was last asked for. */
  added(): string {
    const added = Buffer.alloc(fstatSync(this.descriptor).size - this.read);
    const bytes = readSync(this.descriptor, added, 0, added.length, this.read);
    this.read += bytes;
    return added.toString("latin1", 0, bytes);
  }

  remove(): void {
    closeSync(this.descriptor);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
