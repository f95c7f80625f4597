// The configuration as it is typed. What is wrong with it is said by the library, next to the field.

import { type BusConfig, BusConfigError, type BusDirection } from "wasm-process-buffers";
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

export class ConfigurationForm {
  private readonly preset = byId<HTMLSelectElement>("preset");
  private readonly frames = byId<HTMLInputElement>("frames");
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
  }

  /** As it was typed, right or wrong. */
  get config(): BusConfig {
    const buses = (direction: BusDirection) =>
      this.fields(direction).map((field, bus) => ({ channelCount: numberFrom(field.value) as number, name: nameOf(direction, bus) }));
    return { inputs: buses("input"), outputs: buses("output") };
  }

  get choices(): Choices {
    const chosen = (name: string) => byId("form").querySelector<HTMLInputElement>(`[name=${name}]:checked`)!.value;
    return {
      maxFrames: numberFrom(this.frames.value) as number,
      sampleFormat: chosen("format") as "f32" | "f64",
      missingInputs: chosen("policy") as "silence" | "repeat-mono" | "drop",
    };
  }

  /** Says what is wrong where it is wrong; `undefined` for nothing. */
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
    // Whoever works with keys stays where the button was.
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

/** What the buses of an effect are usually called. */
export function nameOf(direction: BusDirection, bus: number): string {
  if (bus === 0) return "main";
  return direction === "input" && bus === 1 ? "sidechain" : `aux ${bus}`;
}

/** A number where one was typed, else what was typed: the library says what is wrong with it. */
function numberFrom(typed: string): number | string {
  const number = Number(typed);
  return typed.trim() === "" || Number.isNaN(number) ? typed : number;
}
