/** Ranges of addresses, [from, to), apart from each other and in order. */
export type Ranges = readonly (readonly [from: number, to: number])[];

/** What lies in any of `ranges`, as few ranges as can be, each widened to whole blocks of `step`. */
export function union(ranges: Iterable<readonly [number, number]>, step: number): Ranges {
  const whole = Array.from(ranges, ([from, to]): [number, number] => [from - (from % step), Math.ceil(to / step) * step]).sort(
    (a, b) => a[0] - b[0],
  );
  const merged: [number, number][] = [];
  for (const [from, to] of whole) {
    const last = merged.at(-1);
    if (last === undefined || from > last[1]) merged.push([from, to]);
    else last[1] = Math.max(last[1], to);
  }
  return merged;
}
