// A meter for each channel, and the counts beside them.

import { type BusConfig, type BusDirection, busInfo } from "wasm-process-buffers";
import { element, say } from "./dom";
import { count, decibels, meterPosition, short } from "./format";
import type { BusReport, Report } from "./report";

interface Meter {
  readonly box: HTMLElement;
  readonly fill: HTMLElement;
  readonly figure: HTMLElement;
}

interface BusMeters {
  readonly state: HTMLElement;
  readonly channels: readonly Meter[];
}

export class Meters {
  private buses: Readonly<Record<BusDirection, readonly BusMeters[]>> = { input: [], output: [] };

  constructor(private readonly place: HTMLElement) {}

  configure(config: BusConfig): void {
    this.place.replaceChildren();
    this.buses = { input: this.make(config, "input"), output: this.make(config, "output") };
  }

  show({ inputs, outputs }: Pick<Report, "inputs" | "outputs">): void {
    inputs.forEach((report, b) => showBus(this.buses.input[b], report, "connected"));
    outputs.forEach((report, b) => showBus(this.buses.output[b], report, "taken"));
  }

  clear(): void {
    for (const { state, channels } of [...this.buses.input, ...this.buses.output]) {
      say(state, "");
      for (const meter of channels) showPeak(meter, undefined, "");
    }
  }

  private make(config: BusConfig, direction: BusDirection): BusMeters[] {
    return config[`${direction}s`].map((_, bus) => {
      const { channelCount, name } = busInfo(config, direction, bus)!;
      const state = element("small");
      const channels = Array.from({ length: channelCount }, (_, channel) => makeMeter(`${direction} ${bus}, channel ${channel}`, channel));
      const heading = element(
        "h3",
        {},
        `${direction === "input" ? "Input" : "Output"} ${bus}`,
        element("span", {}, ` ${name ?? ""} `),
        state,
      );
      this.place.append(
        element(
          "div",
          { class: `meters ${direction}`, "data-bus": `${direction} ${bus}` },
          heading,
          ...channels.map(({ box }) => box.parentElement!),
        ),
      );
      return { state, channels };
    });
  }
}

function makeMeter(label: string, channel: number): Meter {
  const fill = element("span");
  const box = element(
    "div",
    {
      class: "meter",
      role: "meter",
      "aria-label": label,
      "aria-valuemin": 0,
      "aria-valuemax": 1,
      "aria-valuenow": 0,
      "aria-valuetext": "no sound",
    },
    fill,
  );
  const figure = element("span", { class: "figure" }, "–");
  element("div", { class: "channel" }, element("b", {}, String(channel)), box, figure);
  return { box, fill, figure };
}

function showBus(meters: BusMeters | undefined, { connectedLength, length, peaks, constantMask }: BusReport, verb: string): void {
  if (meters === undefined) return;
  say(meters.state, `${connectedLength} of ${meters.channels.length} ${verb}`);
  meters.channels.forEach((meter, channel) => {
    const isMissing = channel >= connectedLength && verb === "connected";
    const state =
      channel >= length ? "dropped" : isMissing && ((constantMask >>> channel) & 1) === 1 ? "missing" : isMissing ? "repeated" : "";
    showPeak(meter, peaks[channel], state);
  });
}

function showPeak({ box, fill, figure }: Meter, peak: number | undefined, state: string): void {
  // What was loud since the last report may be gone by its last block.
  const isGone = state === "missing" || state === "dropped";
  const words = peak === undefined ? "–" : isGone ? state : decibels(peak);
  const position = peak === undefined || isGone ? 0 : meterPosition(peak);
  fill.style.transform = `scaleX(${position})`;
  box.parentElement!.dataset.state = state;
  box.setAttribute("aria-valuenow", position.toFixed(3));
  box.setAttribute("aria-valuetext", peak === undefined ? "no sound" : words);
  say(figure, words);
}

export function showDiagnostics(place: HTMLElement, report: Report | undefined): void {
  const { refusedPushes, droppedChannels, truncatedFrames, viewRebuilds, invalidParameters } = report?.diagnostics ?? {};
  const number = (value: number | undefined) => (value === undefined ? "–" : count(value));
  const rows: Record<string, string> = {
    "refused pushes": number(refusedPushes),
    "dropped channels": number(droppedChannels),
    "truncated frames": number(truncatedFrames),
    "view rebuilds": number(viewRebuilds),
    "blocks rendered": number(report?.blocks),
    "invalid parameters": number(invalidParameters),
    ...timesOf(report),
  };
  place.replaceChildren(
    ...Object.entries(rows).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}

/** Enough blocks that a clock of whole milliseconds says something. */
const TIMED_BLOCKS = 500;

function timesOf(report: Report | undefined): Record<string, string> {
  if (report === undefined || report.timedBlocks < TIMED_BLOCKS) return { "time per block": report === undefined ? "–" : "still counting" };
  const { millisecondsPerBlock, timedBlocks, frames, sampleRate } = report;
  const blockMilliseconds = (frames / sampleRate) * 1000;
  return {
    "time per block": `${short(millisecondsPerBlock * 1000)} µs`,
    [`share of its ${short(blockMilliseconds)} ms`]: `${short((100 * millisecondsPerBlock) / blockMilliseconds)} %`,
    "averaged over": `${count(timedBlocks)} blocks`,
  };
}
