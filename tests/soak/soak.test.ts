// A few seconds of `npm run soak` in every runtime.

import { expect, test } from "vitest";
import { ramps } from "../support/host-channels";
import { ROUND_BLOCKS, Soak } from "./scenario";

test("three rounds of changing configurations are sample-exact, with every count as computed, and none takes more than the one before", () => {
  const soak = new Soak();
  const outputs = [ramps(2), ramps(1)];
  const hosts = [
    [2, 1],
    [1, 0],
    [0, 2],
    [6, 4],
  ].map((counts) => counts.map((count) => ramps(count)));
  // One block more, because a round is judged when the next one begins.
  for (let block = 0; block <= 3 * ROUND_BLOCKS; block++) soak.process(hosts[(block >> 5) % hosts.length]!, outputs);
  expect(soak.report.differences).toEqual([]);
  expect(soak.report.differenceCount).toBe(0);
  expect(soak.report.rounds).toBe(4);
});

test("a difference is told", () => {
  const soak = new Soak();
  const outputs = [ramps(2), ramps(1)];
  soak.process([ramps(2), ramps(1)], outputs);
  expect(soak.report.differenceCount).toBe(0);
  soak.live.expected.droppedChannels++;
  soak.process([ramps(2), ramps(1)], outputs);
  expect(soak.report.differences).toEqual(["host: droppedChannels is 0, and should be 1"]);
});
