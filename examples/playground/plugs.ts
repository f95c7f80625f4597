// The sources that are plugged into the input buses, and the two that the user brings: a microphone and a file.

import type { BusConfig } from "wasm-process-buffers";
import { busInfo } from "wasm-process-buffers";
import { byId, element, say } from "./dom";
import type { Plug } from "./sound";
import { type Material, SOURCES, type SourceKind } from "./sources";

export class PlugPanel {
  private readonly list = byId("plugs").querySelector("ol")!;
  private readonly places: Plug[] = [];
  private readonly brought: { stream?: MediaStream | undefined; file?: AudioBuffer | undefined } = {};
  private buses = 0;

  constructor(
    private readonly changed: (bus: number) => void,
    /** Takes a kernel that was dropped on the page; resolves to a message for the user. */
    private readonly takeKernel: (file: File) => Promise<string>,
  ) {
    byId<HTMLInputElement>("file").addEventListener("change", ({ target }) => this.take((target as HTMLInputElement).files));
    this.acceptDrops();
  }

  /** The plug of each input bus. */
  get plugs(): readonly Plug[] {
    return this.places.slice(0, this.buses);
  }

  get material(): Material {
    return this.brought;
  }

  /** Buses that stay keep what is plugged into them. */
  configure(config: BusConfig): void {
    this.buses = config.inputs.length;
    while (this.places.length < this.buses) this.places.push(USUAL[this.places.length] ?? { kind: "tone", connected: false });
    const rows = config.inputs.map((_, bus) => this.row(bus, busInfo(config, "input", bus)?.name ?? ""));
    this.list.replaceChildren(...(rows.length > 0 ? rows : [element("li", { class: "none" }, "This configuration has no input.")]));
  }

  private row(bus: number, name: string): HTMLElement {
    const { kind, connected } = this.places[bus]!;
    const select = element("select", { "aria-label": `Source of input ${bus}, ${name}` });
    for (const [value, label] of Object.entries(SOURCES)) select.append(element("option", { value, selected: value === kind }, label));
    select.addEventListener("input", () => this.choose(bus, select.value as SourceKind));
    const box = element("input", { type: "checkbox", id: `plug-${bus}`, checked: connected });
    box.addEventListener("input", () => this.put(bus, { connected: box.checked }));
    return element("li", {}, element("label", { for: `plug-${bus}` }, box, ` In ${bus} `, element("small", {}, name)), select);
  }

  private async choose(bus: number, kind: SourceKind): Promise<void> {
    say(byId("material"), "");
    this.put(bus, { kind });
    this.closeUnusedMicrophone();
    if (kind === "microphone" && this.brought.stream === undefined) await this.openMicrophone();
    if (kind === "file" && this.brought.file === undefined)
      say(byId("material"), "Choose a file below, or drop one on the page; until then this input is silent.");
    this.changed(bus);
  }

  private put(bus: number, change: Partial<Plug>): void {
    this.places[bus] = { ...this.places[bus]!, ...change };
    this.changed(bus);
  }

  private async openMicrophone(): Promise<void> {
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (devices?.getUserMedia === undefined)
      return say(byId("material"), "This page may not ask for a microphone: browsers allow it only over https or from localhost.");
    say(byId("material"), "Waiting for leave to use the microphone…");
    try {
      this.brought.stream = await devices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
      say(byId("material"), "The microphone is open. Headphones keep it from hearing itself.");
    } catch (error) {
      say(byId("material"), refusal(error as DOMException));
    }
  }

  private closeUnusedMicrophone(): void {
    if (this.places.some(({ kind }) => kind === "microphone")) return;
    this.brought.stream?.getTracks().forEach((track) => track.stop());
    this.brought.stream = undefined;
  }

  private acceptDrops(): void {
    addEventListener("dragover", (event) => {
      event.preventDefault();
      byId("drop").classList.add("over");
    });
    addEventListener("dragleave", () => byId("drop").classList.remove("over"));
    addEventListener("drop", (event) => {
      event.preventDefault();
      byId("drop").classList.remove("over");
      this.take(event.dataTransfer?.files ?? null);
    });
  }

  /** Plays a file in every bus whose source is a file, or else in the main input. A file .wasm is a kernel. */
  private async take(files: FileList | null): Promise<void> {
    const file = files?.[0];
    if (file === undefined) return;
    say(byId("material"), `Reading ${file.name}…`);
    if (file.name.endsWith(".wasm")) return say(byId("material"), await this.takeKernel(file));
    try {
      // Decoding needs a context. An offline context needs no click of the user.
      this.brought.file = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await file.arrayBuffer());
    } catch {
      return say(byId("material"), `${file.name} cannot be played: this browser does not know it as audio.`);
    }
    const { duration, numberOfChannels } = this.brought.file;
    say(byId("material"), `${file.name}: ${duration.toFixed(1)} s, ${numberOfChannels} channels, played again and again.`);
    if (!this.plugs.some(({ kind }) => kind === "file")) this.plugFileIntoMain();
    this.plugs.forEach(({ kind }, bus) => kind === "file" && this.changed(bus));
  }

  private plugFileIntoMain(): void {
    const [select, box] = [this.list.querySelector("select"), this.list.querySelector("input")];
    if (select === null || box === null) return;
    select.value = "file";
    box.checked = true;
    this.places[0] = { kind: "file", connected: true };
  }
}

/** The plugs at the start, of main input and sidechain. */
const USUAL: readonly Plug[] = [
  { kind: "chord", connected: true },
  { kind: "pulse", connected: true },
];

function refusal({ name, message }: DOMException): string {
  if (name === "NotAllowedError")
    return "The microphone was refused, so this input is silent. The browser’s settings for this page can allow it.";
  if (name === "NotFoundError") return "There is no microphone here, so this input is silent.";
  return `The microphone cannot be opened, so this input is silent: ${message}`;
}
