/** Exports of `assembly/parameters.ts`, where each function is described. All arguments are unsigned 32-bit numbers. */
export interface ParametersCore {
  openParameters(
    frame: number,
    slot: number,
    last: number,
    states: number,
    rates: number,
    count: number,
    frames: number,
    sizes: number,
  ): number;
  windowParameters(
    frame: number,
    slot: number,
    varying: number,
    rates: number,
    count: number,
    stride: number,
    offset: number,
    frames: number,
  ): void;
}
