// Bars that show the storage's bytes beside those of a storage for the worst case.

import { MAX_CHANNELS, type MemoryUsage } from "wasm-process-buffers";
import { element } from "./dom";
import { bytes, short } from "./format";

export function showBars(place: HTMLElement, usage: MemoryUsage, worstCaseBytes: number | undefined): void {
  const worst = `for ${MAX_CHANNELS} channels each way`;
  place.replaceChildren(
    bar("Pointers", usage.pointerBytes, usage.worstCasePointerBytes, `a table ${worst}`),
    bar("Everything", usage.totalBytes, worstCaseBytes, `the same storage ${worst}`),
    parts(usage),
  );
}

function bar(name: string, used: number, worst: number | undefined, what: string): HTMLElement {
  const share = worst === undefined ? 1 : used / Math.max(used, worst);
  return element(
    "div",
    { class: "bar" },
    element("p", {}, element("b", {}, name), " ", element("output", {}, bytes(used)), " ", element("span", {}, ratio(used, worst))),
    element(
      "div",
      { class: "track", "aria-hidden": "true" },
      element("span", { class: used === 0 ? "none" : "some", style: `inline-size: ${share * 100}%` }),
    ),
    element("small", {}, worst === undefined ? "The worst case has no room here." : `Worst case, ${bytes(worst)}: ${what}`),
  );
}

function ratio(used: number, worst: number | undefined): string {
  if (worst === undefined || used === 0) return "";
  return worst >= used ? `${short(worst / used)} times less` : `${short(used / worst)} times as much, in more than one bus`;
}

function parts({ descriptorBytes, pointerBytes, paddingBytes, sampleBytes, stagingBytes }: MemoryUsage): HTMLElement {
  const rows = {
    descriptors: descriptorBytes,
    pointers: pointerBytes,
    padding: paddingBytes,
    samples: sampleBytes,
    staging: stagingBytes,
  };
  const items = Object.entries(rows)
    .filter(([, value]) => value > 0)
    .map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, bytes(value))));
  return element("dl", { class: "figures" }, ...items);
}
