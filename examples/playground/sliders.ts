// A slider for each parameter of the kernel. While there is sound, it moves the node's AudioParam.

import { byId, element, say } from "./dom";
import { PARAMETERS } from "./kernel";

export class ParameterSliders {
  private readonly sliders = new Map<string, HTMLInputElement>();

  constructor(changed: (name: string, value: number) => void) {
    for (const { name, defaultValue = 0, minValue = 0, maxValue = 1 } of PARAMETERS) {
      const id = `parameter-${name}`;
      const value = element("output", { for: id }, String(defaultValue));
      const range = { min: minValue, max: maxValue, step: "any", value: defaultValue };
      const slider = element("input", { type: "range", id, ...range });
      slider.addEventListener("input", () => {
        say(value, String(Number(slider.valueAsNumber.toFixed(2))));
        changed(name, slider.valueAsNumber);
      });
      this.sliders.set(name, slider);
      byId("parameters").append(element("label", { class: "line", for: id }, element("span", {}, `${name} `, value), slider));
    }
  }

  /** The sliders' values, by the parameters' names. */
  get values(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.sliders].map(([name, slider]) => [name, slider.valueAsNumber]));
  }
}
