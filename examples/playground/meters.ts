// A meter for each channel, and the counts beside them.

import { type BusConfig, type BusDirection, busInfo } from "wasm-process-buffers";
import { element, say } from "./dom";
import { count, decibels, meterPosition, short } from "./format";
import { type BusReport, type Report, SLICE_BLOCKS } from "./report";

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
  // The peak is of all blocks since the last report, and in the last block the channel may be missing.
  const isGone = state === "missing" || state === "dropped";
  const words = peak === undefined ? "–" : isGone ? state : decibels(peak);
  const position = peak === undefined || isGone ? 0 : meterPosition(peak);
  fill.style.transform = `scaleX(${position})`;
  box.parentElement!.dataset.state = state;
  box.setAttribute("aria-valuenow", position.toFixed(3));
  box.setAttribute("aria-valuetext", peak === undefined ? "no sound" : words);
  say(figure, words);
}

export function showDiagnostics(place: HTMLElement, report: Report | undefined, times: BlockTimes): void {
  const { refusedPushes, droppedChannels, truncatedFrames, viewRebuilds, invalidParameters } = report?.diagnostics ?? {};
  const number = (value: number | undefined) => (value === undefined ? "–" : count(value));
  const rows: Record<string, string> = {
    "refused pushes": number(refusedPushes),
    "dropped channels": number(droppedChannels),
    "truncated frames": number(truncatedFrames),
    "view rebuilds": number(viewRebuilds),
    "blocks rendered": number(report?.blocks),
    "invalid parameters": number(invalidParameters),
    ...latencyOf(report),
    ...(report === undefined ? { "time per block": "–" } : times.of(report)),
  };
  place.replaceChildren(
    ...Object.entries(rows).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}

function latencyOf(report: Report | undefined): Record<string, string> {
  if (report?.latency === undefined) return {};
  return { latency: `${count(report.latency)} frames, ${short((1000 * report.latency) / report.sampleRate)} ms` };
}

/** Measures how long the blocks of the last second took. */
export class BlockTimes {
  private slices: number[] = [];

  clear(): void {
    this.slices = [];
  }

  take({ milliseconds, frames, sampleRate }: Report): void {
    const wanted = Math.ceil(sampleRate / frames / SLICE_BLOCKS);
    this.slices = [...this.slices, ...milliseconds].slice(-wanted);
  }

  of({ frames, sampleRate }: Report): Record<string, string> {
    const { slices } = this;
    if (slices.length < Math.ceil(sampleRate / frames / SLICE_BLOCKS)) return { "time per block": "still counting" };
    const microseconds = slices.map((milliseconds) => (1000 * milliseconds) / SLICE_BLOCKS);
    const mean = microseconds.reduce((sum, one) => sum + one) / slices.length;
    // The clock is too coarse to see that slices take time.
    if (mean === 0) return { "time per block": "below what this clock tells" };
    const spread = Math.sqrt(microseconds.reduce((sum, one) => sum + (one - mean) ** 2, 0) / slices.length);
    const blockMicroseconds = (frames / sampleRate) * 1e6;
    return {
      "time per block": `${short(mean)} ± ${short(spread)} µs`,
      [`share of its ${short(blockMicroseconds / 1000)} ms`]: `${short((100 * mean) / blockMicroseconds)} %`,
      "averaged over": `${count(slices.length * SLICE_BLOCKS)} blocks`,
    };
  }
}
