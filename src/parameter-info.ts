// [setup] Checks declared parameters and fills in their defaults, which are Web Audio's.

import { MAX_PARAMETERS } from "./abi";
import { described } from "./messages";

/** One declared parameter. The fields are those of Web Audio's `AudioParamDescriptor`. */
export interface ParameterInfo {
  /** Name under which the host hands the values over. Each parameter of a processor has a different one. */
  readonly name: string;
  /** Value until the host sets another one. Within the range. Default 0. */
  readonly defaultValue?: number;
  /** Smallest value. Default: the most negative 32-bit float, about -3.4e38. */
  readonly minValue?: number;
  /** Largest value. Default: the largest 32-bit float, about 3.4e38. */
  readonly maxValue?: number;
  /** "a-rate" (default): one value for each frame. "k-rate": one value for each block. */
  readonly automationRate?: "a-rate" | "k-rate";
}

/** Kinds of faults in the parameters of a configuration. */
type ParameterFaultCode = "too-many-parameters" | "invalid-parameter";

/** A fault in one parameter or in their list. `frozenBusConfig` turns it into a BusConfigError. */
export class ParameterFault extends RangeError {
  constructor(
    readonly code: ParameterFaultCode,
    message: string,
  ) {
    super(message);
  }
}

/** The largest 32-bit float. Web Audio uses it, and its negative, as the range of a parameter that declares none. */
export const LARGEST_FLOAT = (2 - 2 ** -23) * 2 ** 127;

/** A parameter with all defaults filled in. */
export type Parameter = Required<ParameterInfo>;

/** Fills in the defaults. */
export function completed({
  name,
  defaultValue = 0,
  minValue = -LARGEST_FLOAT,
  maxValue = LARGEST_FLOAT,
  automationRate = "a-rate",
}: ParameterInfo): Parameter {
  return { name, defaultValue, minValue, maxValue, automationRate };
}

/**
 * A checked and frozen copy. Each property is read only once, so that a getter cannot answer differently after the check.
 * @throws ParameterFault naming the first fault.
 */
export function frozenParameters(parameters: readonly ParameterInfo[]): readonly ParameterInfo[] {
  if (!Array.isArray(parameters)) {
    throw new ParameterFault("invalid-parameter", `parameters is a list, [] for none; ${described(parameters)} came`);
  }
  const { length } = parameters;
  if (length > MAX_PARAMETERS) {
    throw new ParameterFault("too-many-parameters", `parameters has ${length} entries; at most ${MAX_PARAMETERS} are allowed`);
  }
  const places = new Map<string, number>();
  return Object.freeze(
    Array.from({ length }, (_, place) => {
      const parameter = frozenParameter(parameters[place], place);
      const { name } = parameter;
      const before = places.get(name);
      if (before !== undefined) {
        throw fault(place, `is named ${described(name)}, as parameter ${before} is; each needs a name of its own`);
      }
      places.set(name, place);
      return parameter;
    }),
  );
}

function frozenParameter(declared: unknown, place: number): ParameterInfo {
  if (typeof declared !== "object" || declared === null) throw fault(place, `is an object { name, … }; ${described(declared)} came`);
  const { name, defaultValue, minValue, maxValue, automationRate } = declared as ParameterInfo;
  if (typeof name !== "string") throw fault(place, `has a string for its name; ${described(name)} came`);
  for (const [field, value] of Object.entries({ defaultValue, minValue, maxValue })) {
    if (value === undefined) continue;
    if (typeof value !== "number" || !(Math.abs(value) <= LARGEST_FLOAT)) {
      throw fault(place, `(${described(name)}) has a finite number that fits a 32-bit float for its ${field}; ${described(value)} came`);
    }
  }
  if (automationRate !== undefined && automationRate !== "a-rate" && automationRate !== "k-rate") {
    throw fault(place, `(${described(name)}) has "a-rate" or "k-rate" for its automationRate; ${described(automationRate)} came`);
  }
  const { defaultValue: value, minValue: least, maxValue: most } = completed({ name, defaultValue, minValue, maxValue } as ParameterInfo);
  if (!(least <= value && value <= most)) {
    throw fault(place, `(${described(name)}) has the default value ${value}; ${least} to ${most} is allowed by its range`);
  }
  const fields = { name, defaultValue, minValue, maxValue, automationRate };
  return Object.freeze(Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined))) as unknown as ParameterInfo;
}

function fault(place: number, message: string): ParameterFault {
  return new ParameterFault("invalid-parameter", `parameter ${place} ${message}`);
}
