import { type BusConfig, BusConfigError, type BusDirection, type BusInfo, infoOf } from "../config";
import { described } from "../messages";
import { completed } from "../parameter-info";

/**
 * [setup] Compares a node's configuration with that of its processor. A default that is left out equals one that is written.
 *
 * @throws {@link BusConfigError} "different-config" that names the first difference.
 */
export function checkSameConfig(registered: BusConfig, requested: BusConfig): void {
  checkSameBuses(registered.inputs, requested.inputs, "input");
  checkSameBuses(registered.outputs, requested.outputs, "output");
  const { parameters = [] } = registered;
  const { parameters: others = [] } = requested;
  checkSame("the number of parameters", parameters.length, others.length);
  parameters.forEach((parameter, place) => {
    const one = completed(parameter);
    const other = completed(others[place]!);
    for (const field of Object.keys(one) as (keyof typeof one)[]) checkSame(`parameter ${place}'s ${field}`, one[field], other[field]);
  });
}

type Buses = BusConfig["inputs"];

function checkSameBuses(buses: Buses, others: Buses, direction: BusDirection): void {
  checkSame(`the number of ${direction} buses`, buses.length, others.length, direction);
  buses.forEach((bus, index) => {
    const one = filledIn(bus);
    const other = filledIn(others[index]!);
    for (const field of FIELDS) checkSame(`${direction} bus ${index}'s ${field}`, one[field], other[field], direction, index);
  });
}

const FIELDS = ["channelCount", "name", "layout", "sampleFormat", "scale"] as const;

/** A bus with its defaults, except that of `sampleFormat`: it depends on the storage, which only the processor knows. */
function filledIn(bus: BusInfo | number): BusInfo {
  return { layout: "planar", scale: 1, ...infoOf(bus) };
}

function checkSame(what: string, registered: unknown, requested: unknown, direction?: BusDirection, bus?: number): void {
  if (registered === requested) return;
  throw new BusConfigError(
    "different-config",
    `${what} is ${described(registered)} where the processor was registered, and ${described(requested)} came from createKernelNode; import one configuration on both sides`,
    direction,
    bus,
  );
}
