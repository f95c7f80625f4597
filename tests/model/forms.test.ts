// Compares buses of every form with a plain model, step by step: forms.ts says what is compared.

import { expect, test } from "vitest";
import { checkForms, formCounts, formsReport } from "./forms";

test("500 sequences of blocks, moves and reconfigurations leave in every bus, whatever its form and whoever keeps it, what the model says", {
  timeout: 300_000,
}, () => {
  const before = formCounts.steps;
  const details = checkForms({ sequences: 500, seed: 20_262 });
  expect(formsReport(details)).toBe("");
  expect(formCounts.steps - before).toBeGreaterThan(500 * 8);
});

test("so do sequences that nobody has seen before", { timeout: 120_000 }, () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`the random seed of the forms is ${seed}`);
  expect(formsReport(checkForms({ sequences: 100, seed }))).toBe("");
});
