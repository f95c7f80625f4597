// Compares storages with a plain model of the contract, command by command. world.ts says what is compared,
// and how. `npm run fuzz` runs more of it.

import { expect, test } from "vitest";
import { counts } from "./commands";
import { check, reportOf } from "./run";

test("2,000 sequences of commands do what the model says, in each form of a host: every length, pointer, mask, sample, count and byte", {
  timeout: 300_000,
}, () => {
  const { commands, collected, delivered } = structuredClone(counts);
  const details = check({ sequences: 2000, seed: 20_260 });
  expect(reportOf(details)).toBe("");
  expect(details.numRuns).toBe(2000);
  // An average sequence is long enough to get somewhere.
  expect(counts.commands - commands).toBeGreaterThan(2000 * 15);
  // A form that is never taken is not tested. Known and compared ones are the rarest, as lists must come three times for them.
  for (const form of ["known", "compared", "plain", "careful"] as const) {
    expect(counts.collected[form] - collected[form], `blocks collected by the ${form} form`).toBeGreaterThan(500);
    expect(counts.delivered[form] - delivered[form], `blocks delivered by the ${form} form`).toBeGreaterThan(500);
  }
});

test("in shared memory 300 sequences do so, too", { timeout: 120_000 }, () => {
  expect(reportOf(check({ sequences: 300, seed: 20_261, isShared: true }), true)).toBe("");
});

test("so do sequences that nobody has seen before", { timeout: 120_000 }, () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`the model's random seed is ${seed}`);
  expect(reportOf(check({ sequences: 200, seed }))).toBe("");
});
