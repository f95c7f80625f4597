// The form in which the configuration is typed. If something is wrong, the library's error is shown next to the field.

import {
  type BusConfig,
  BusConfigError,
  type BusDirection,
  MAX_BUSES,
  type MissingInputs,
  type SampleFormat,
  type SampleLayout,
} from "wasm-process-buffers";
import { byId, element } from "./dom";
import type { Choices } from "./report";

const PRESETS: Readonly<Record<string, readonly [inputs: readonly number[], outputs: readonly number[]]>> = {
  "Stereo, mono sidechain": [[2, 1], [2]],
  Mono: [[1], [1]],
  Stereo: [[2], [2]],
  "Surround 5.1": [[6], [6]],
  "Synthesiser, two outputs": [[], [2, 2]],
  "Stereo, mono sidechain, quad": [[2, 1, 4], [2]],
};
const OWN = "Own";
/** Names of the groups of radio buttons, in the form and in the page's address. */
const CHOICES = ["format", "layout", "policy"];
/** One more than the library allows, so that its error can be seen. */
const MOST_BUSES = MAX_BUSES + 1;

export class ConfigurationForm {
  private readonly preset = byId<HTMLSelectElement>("preset");
  private readonly frames = byId<HTMLInputElement>("frames");
  private readonly fixed = byId<HTMLInputElement>("fixed");
  private readonly lists: Readonly<Record<BusDirection, HTMLElement>> = { input: byId("inputs"), output: byId("outputs") };

  constructor(private readonly changed: () => void) {
    for (const name of [...Object.keys(PRESETS), OWN]) this.preset.append(element("option", {}, name));
    this.preset.addEventListener("input", () => this.takePreset());
    byId("form").addEventListener("submit", (event) => event.preventDefault());
    byId("form").addEventListener("input", (event) => {
      if (event.target === this.preset) return;
      if ((event.target as Element).matches(".buses input")) this.preset.value = OWN;
      this.changed();
    });
    for (const direction of ["input", "output"] as const) {
      this.lists[direction].querySelector(".add")!.addEventListener("click", () => this.add(direction));
    }
    this.fill(PRESETS[this.preset.value]!);
    this.takeAddress();
  }

  /** Whether each block of the kernel has as many frames as were typed. */
  get isFixed(): boolean {
    return this.fixed.checked;
  }

  /** The configuration as it was typed, valid or not. */
  get config(): BusConfig {
    const buses = (direction: BusDirection) =>
      this.fields(direction).map((field, bus) => ({
        channelCount: numberFrom(field.value) as number,
        name: nameOf(direction, bus),
        layout: this.chosen("layout") as SampleLayout,
      }));
    return { inputs: buses("input"), outputs: buses("output") };
  }

  get choices(): Choices {
    return {
      maxFrames: numberFrom(this.frames.value) as number,
      sampleFormat: this.chosen("format") as SampleFormat,
      missingInputs: this.chosen("policy") as MissingInputs,
    };
  }

  /** Writes the configuration into the page's address, so that it can be passed on. */
  writeAddress(): void {
    const values = (direction: BusDirection) => this.fields(direction).map(({ value }) => value);
    const search = new URLSearchParams({ in: values("input").join(), out: values("output").join(), frames: this.frames.value });
    if (this.isFixed) search.set("fixed", "1");
    for (const name of CHOICES) search.set(name, this.chosen(name));
    try {
      history.replaceState(null, "", `?${search}`);
    } catch {
      // WebKit throws when a page changes its address more than 100 times in 30 seconds.
    }
  }

  private takeAddress(): void {
    const search = new URLSearchParams(location.search);
    for (const [name, direction] of [
      ["in", "input"],
      ["out", "output"],
    ] as const) {
      const typed = search.get(name);
      if (typed === null) continue;
      this.list(direction, typed === "" ? [] : typed.split(",").slice(0, MOST_BUSES));
    }
    this.preset.value = this.presetOf() ?? OWN;
    this.frames.value = search.get("frames") ?? this.frames.value;
    this.fixed.checked = search.has("fixed");
    for (const name of CHOICES) {
      const choice = [...byId("form").querySelectorAll<HTMLInputElement>(`[name=${name}]`)].find(({ value }) => value === search.get(name));
      if (choice !== undefined) choice.checked = true;
    }
  }

  private presetOf(): string | undefined {
    const typed = JSON.stringify(
      (["input", "output"] as const).map((direction) => this.fields(direction).map(({ value }) => Number(value))),
    );
    return Object.keys(PRESETS).find((name) => JSON.stringify(PRESETS[name]) === typed);
  }

  private chosen(name: string): string {
    return byId("form").querySelector<HTMLInputElement>(`[name=${name}]:checked`)!.value;
  }

  /** Shows an error next to its field; `undefined` removes the last one. */
  show(error: Error | undefined): void {
    for (const field of byId("form").querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const place of byId("form").querySelectorAll<HTMLElement>(".error")) {
      place.hidden = true;
      place.textContent = "";
    }
    if (error === undefined) return;
    const [field, place] = this.placeOf(error);
    field?.setAttribute("aria-invalid", "true");
    place.hidden = false;
    place.textContent =
      error instanceof BusConfigError ? `${error.name} (${error.code}): ${error.message}` : `${error.name}: ${error.message}`;
  }

  private placeOf(error: Error): [field: HTMLElement | undefined, place: HTMLElement] {
    if (error instanceof BusConfigError && error.direction !== undefined) {
      const field = error.bus === undefined ? undefined : this.fields(error.direction)[error.bus];
      return [field, byId(field === undefined ? `${error.direction}s-error` : `${field.id}-error`)];
    }
    if (/maxFrames|no room/.test(error.message)) return [this.frames, byId("frames-error")];
    return [undefined, byId("form-error")];
  }

  private takePreset(): void {
    const preset = PRESETS[this.preset.value];
    if (preset !== undefined) this.fill(preset);
    this.changed();
  }

  private fill([inputs, outputs]: readonly [readonly number[], readonly number[]]): void {
    this.list("input", inputs.map(String));
    this.list("output", outputs.map(String));
  }

  private list(direction: BusDirection, values: readonly string[]): void {
    const buses = this.lists[direction].querySelector(".buses")!;
    buses.replaceChildren(...values.map((value, bus) => this.row(direction, bus, value)));
  }

  private row(direction: BusDirection, bus: number, value: string): HTMLElement {
    const id = `${direction}-${bus}`;
    const name = nameOf(direction, bus);
    const field = element("input", { id, type: "text", inputmode: "numeric", value, "aria-describedby": `${id}-error` });
    const remove = element(
      "button",
      { type: "button", class: "quiet remove", "aria-label": `Remove ${direction} bus ${bus}, ${name}` },
      "×",
    );
    remove.addEventListener("click", () => this.remove(direction, bus));
    return element(
      "li",
      {},
      element(
        "label",
        { for: id },
        element("b", {}, String(bus)),
        ` ${name} `,
        element("span", { class: "unseen" }, `${direction} bus ${bus}, channels`),
      ),
      field,
      remove,
      element("p", { class: "error", id: `${id}-error`, role: "alert", hidden: true }),
    );
  }

  private add(direction: BusDirection): void {
    const values = this.fields(direction).map(({ value }) => value);
    this.relist(direction, [...values, direction === "input" && values.length === 1 ? "1" : "2"]);
    this.fields(direction).at(-1)?.select();
  }

  private remove(direction: BusDirection, bus: number): void {
    const values = this.fields(direction).map(({ value }) => value);
    this.relist(
      direction,
      values.filter((_, index) => index !== bus),
    );
    // The button is gone. The focus goes to the next field, so that keyboard users stay at the same place.
    const next = this.fields(direction)[Math.min(bus, values.length - 2)];
    (next ?? this.lists[direction].querySelector<HTMLElement>(".add"))?.focus();
  }

  private relist(direction: BusDirection, values: readonly string[]): void {
    this.list(direction, values);
    this.preset.value = OWN;
    this.changed();
  }

  private fields(direction: BusDirection): HTMLInputElement[] {
    return [...this.lists[direction].querySelectorAll<HTMLInputElement>(".buses input")];
  }
}

/** The usual name of a bus in an effect. */
export function nameOf(direction: BusDirection, bus: number): string {
  if (bus === 0) return "main";
  return direction === "input" && bus === 1 ? "sidechain" : `aux ${bus}`;
}

/** The number that was typed, or else the text as it is: the library says what is wrong with it. */
function numberFrom(typed: string): number | string {
  const number = Number(typed);
  return typed.trim() === "" || Number.isNaN(number) ? typed : number;
}
