/** What `assembly/parameters.ts` exports; each function is described where it stands. All arguments are unsigned 32-bit numbers. */
export interface ParametersCore {
  openParameters(
    frame: number,
    room: number,
    last: number,
    states: number,
    rates: number,
    count: number,
    frames: number,
    sizes: number,
  ): number;
  windowParameters(
    frame: number,
    room: number,
    varying: number,
    rates: number,
    count: number,
    stride: number,
    offset: number,
    frames: number,
  ): void;
}
