// One sequence after another, in the same heap as long as it does.

import fc from "fast-check";
import { type Start, sequences, start } from "./commands";
import { World } from "./world";

let world: World | undefined;

/** Runs one sequence, from `starts` storages on. */
function runSequence(starts: readonly Start[], commands: Iterable<fc.Command<World, World>>): void {
  if (world === undefined || world.isCrowded) world = new World();
  const current = world;
  // A heap in which something failed is not used again.
  world = undefined;
  for (const [slot, { setup, misaligned }] of starts.entries()) current.allocate(slot, setup, misaligned);
  fc.modelRun(() => ({ model: current, real: current }), commands);
  current.leave();
  world = current;
}

export interface Run {
  readonly sequences: number;
  readonly seed: number;
  /** Where fast-check was when it failed, to go there again. */
  readonly path?: string;
  readonly replayPath?: string;
}

export type Details = ReturnType<typeof check>;

/** Runs as many sequences as it is told. What a failure says holds all that is needed to see it again. */
export function check({ sequences: numRuns, seed, path, replayPath }: Run) {
  return fc.check(fc.property(fc.array(start, { minLength: 1, maxLength: 3 }), sequences(replayPath), runSequence), {
    numRuns,
    seed,
    ...(path === undefined ? {} : { path }),
  });
}

/** A failed run in words; empty for a good one. */
export function reportOf(details: Details): string {
  if (!details.failed) return "";
  const replayPath = /replayPath="([^"]*)"/.exec(fc.stringify(details.counterexample))?.[1] ?? "";
  const path = details.counterexamplePath ?? "";
  return [
    fc.defaultReportMessage(details),
    (details.errorInstance as Error).stack,
    `To see it again: npm run fuzz -- --seed ${details.seed} --path ${path}${replayPath === "" ? "" : ` --replay ${replayPath}`}`,
  ].join("\n\n");
}
