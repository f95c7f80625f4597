/** Chromium's finest clock in a worklet: steps of 5 µs. */
export function microseconds() {
  return Number(Temporal.Now.instant().epochNanoseconds / 1000n);
}
