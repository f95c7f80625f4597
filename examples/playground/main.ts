// The page's script: makes a storage of what is typed, draws the storage, and updates the drawing while there is sound.

import kernelUrl from "../ducker/build/kernel.wasm?url";
import { showBars } from "./bars";
import { filesFor, textOf } from "./code";
import { byId, element, say } from "./dom";
import { type Animate, draw, sentenceFor } from "./drawing";
import { ConfigurationForm } from "./form";
import { count } from "./format";
import { instantiate } from "./kernel";
import { BlockTimes, Meters, showDiagnostics } from "./meters";
import { HOST_FRAMES, PicturedStorage } from "./picture";
import { PlugPanel } from "./plugs";
import type { Choices, Report } from "./report";
import { ParameterSliders } from "./sliders";
import { obstacleFor, type Setup, Sound } from "./sound";
import { still } from "./sources";

let module = await WebAssembly.compile(await (await fetch(kernelUrl)).arrayBuffer());
let kernel = instantiate(module, "ducker", 48_000);
const prefersLessMotion = matchMedia("(prefers-reduced-motion: reduce)");

const form = new ConfigurationForm(configure);
const plugs = new PlugPanel((bus) => replug(bus), takeKernel);
const times = new BlockTimes();
const meters = new Meters(byId("meters"));
const sound = new Sound({ report: show, change: showStatus, failed: (message) => say(byId("status"), message) });
const sliders = new ParameterSliders((name, value) => sound.set(name, value));

let storage: PicturedStorage | undefined;
let choices: Choices = form.choices;
let animate: Animate = () => {};
/** The data of the last drawing. It is made again only when they change. */
let drawn = "";
let shownAt = 0;
/** Shown instead of the usual status, until something changes. */
let notice = "";

configure();
byId("start").addEventListener("click", () => void toggle());
byId("copy").addEventListener("click", () => void copyCode());
byId("offline").addEventListener("click", () => void renderOffline());
byId<HTMLInputElement>("volume").addEventListener("input", ({ target }) => (sound.volume = (target as HTMLInputElement).valueAsNumber));
new ResizeObserver(() => redraw()).observe(byId("canvas"));

/** Applies the form. If it is not valid, the error is shown next to its field, and everything stays as it was. */
function configure(): void {
  let allocated: PicturedStorage;
  try {
    allocated = new PicturedStorage(kernel, form.config, form.choices);
  } catch (error) {
    form.show(error as Error);
    return;
  }
  form.show(undefined);
  form.writeAddress();
  storage?.free();
  storage = allocated;
  choices = form.choices;
  notice = "";
  plugs.configure(storage.config);
  meters.configure(storage.config);
  showBars(byId("bars"), storage.usage, storage.worstCaseBytes);
  times.clear();
  showDiagnostics(byId("diagnostics"), undefined, times);
  say(byId("files"), textOf(filesFor(form.config, choices, form.isFixed)));
  say(byId("copied"), "");
  sound.configure(setup());
  showStill();
  showStatus();
}

function setup(): Setup {
  return {
    module,
    kernelKind: kernel.kind,
    config: storage!.config,
    choices,
    isFixed: form.isFixed,
    plugs: plugs.plugs,
    material: plugs.material,
    parameters: sliders.values,
  };
}

function replug(bus: number): void {
  notice = "";
  sound.plug(bus, plugs.plugs[bus]!, plugs.material);
  if (sound.state !== "running") showStill();
  showStatus();
}

/** Draws a still picture: one block of the sources, rendered by the same storage and kernel. */
function showStill(): void {
  meters.clear();
  storage!.render(plugs.plugs.map(({ kind, connected }) => (connected ? still(kind, plugs.material, HOST_FRAMES) : [])));
  redraw();
  animate((address) => storage!.samplesAt(address));
}

/**
 * Shows a report of the worklet, of which there are about 20 a second. For users who prefer less motion it shows two a second.
 */
function show(report: Report): void {
  times.take(report);
  if (prefersLessMotion.matches && performance.now() - shownAt < 500) return;
  shownAt = performance.now();
  storage!.show(report);
  redraw();
  if (!prefersLessMotion.matches) animate((address) => storage!.samplesAt(address));
  meters.show(report);
  showDiagnostics(byId("diagnostics"), report, times);
  showKernel(report);
}

function redraw(): void {
  const width = Math.floor(byId("canvas").clientWidth);
  const picture = storage!.picture();
  const isEmpty = picture.usage.totalBytes === 0;
  byId("nothing").hidden = !isEmpty;
  byId("drawing").toggleAttribute("hidden", isEmpty);
  if (isEmpty || width === 0) return;
  const key = JSON.stringify([width, picture], (_, value) => (typeof value === "bigint" ? String(value) : value));
  if (key === drawn) return;
  drawn = key;
  animate = draw(byId("drawing") as unknown as SVGSVGElement, picture, width);
  animate((address) => storage!.samplesAt(address));
  byId("sentences").replaceChildren(...picture.entries.map((entry) => element("li", {}, sentenceFor(entry))));
}

async function toggle(): Promise<void> {
  notice = "";
  if (sound.state !== "off") {
    sound.stop();
    showStill();
    return showStatus();
  }
  try {
    const started = sound.start(setup);
    showStatus();
    await started;
  } catch (error) {
    notice = `Sound cannot start: ${(error as Error).message}`;
    sound.stop();
  }
  showStatus();
  // By then any audio device has answered.
  setTimeout(showStatus, PATIENCE_MILLISECONDS);
  startedAt = performance.now();
}

async function renderOffline(): Promise<void> {
  notice = "Rendering 2 s without a device…";
  showStatus();
  try {
    const rendered = setup();
    const report = await sound.renderOffline(rendered, 2);
    if (rendered.config !== storage!.config) return;
    shownAt = 0;
    show(report);
    notice = `Rendered 2 s without a device: ${count(report.blocks)} blocks. Meters show the highest peak of each channel.`;
  } catch (error) {
    notice = `Rendering failed: ${(error as Error).message}`;
  }
  showStatus();
}

const PATIENCE_MILLISECONDS = 1500;
let startedAt = 0;

function showStatus(): void {
  const obstacle = obstacleFor(storage!.config);
  const button = byId<HTMLButtonElement>("start");
  button.disabled = obstacle !== undefined && sound.state === "off";
  byId<HTMLButtonElement>("offline").disabled = obstacle !== undefined;
  say(button, sound.state === "off" ? "Start sound" : "Stop sound");
  say(byId("status"), obstacle ?? (notice || statusOf(sound.state)));
  document.body.dataset.sound = sound.state;
  if (obstacle !== undefined) say(byId("kernel"), "");
}

function statusOf(state: Sound["state"]): string {
  if (state === "off") return "Sound is off. Browsers allow it only after a click or a key: press Start sound.";
  if (state === "running") return `Sound is on, at ${count(sound.sampleRate ?? 0)} Hz.`;
  if (startedAt === 0 || performance.now() - startedAt < PATIENCE_MILLISECONDS - 50) return "Waiting until the browser allows sound…";
  return "The browser still holds the sound back: it found no audio device, or wants another click. Rendering without a device works all the same.";
}

function showKernel({ rendered, fault }: Report): void {
  const words = {
    ducked: "The kernel ducks the main input under the sidechain.",
    played: "Your kernel plays.",
    "passed through":
      "Passed through: the ducking kernel wants f32, channels that are not interleaved, a sidechain, and a main input as wide as the main output.",
  };
  say(byId("kernel"), fault === undefined ? words[rendered] : `The kernel threw, and is not called again: ${fault}`);
}

/** Lets a kernel that was dropped on the page play in place of the ducker's. Returns a message for the user. */
async function takeKernel(file: File): Promise<string> {
  try {
    const dropped = await WebAssembly.compile(await file.arrayBuffer());
    kernel = instantiate(dropped, "dropped", 48_000);
    module = dropped;
  } catch (error) {
    return `${file.name} cannot play: ${(error as Error).message}`;
  }
  configure();
  return `${file.name} plays in place of the ducker. It is called as process(inputs, outputs, frames, parameters).`;
}

async function copyCode(): Promise<void> {
  try {
    await navigator.clipboard.writeText(byId("files").textContent);
    say(byId("copied"), "Copied: all files, each behind its name.");
  } catch {
    say(byId("copied"), "This browser does not let the page write to the clipboard. Select the text below instead.");
  }
}
