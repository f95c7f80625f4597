// One sequence after another, in the same heap as long as it does.

import fc from "fast-check";
import { type Start, sequences, start } from "./commands";
import { World } from "./world";

/** Heaps in use: one of ordinary memory, one of shared. */
const worlds = new Map<boolean, World>();

/** Runs one sequence, from `starts` storages on. */
function runSequence(isShared: boolean, starts: readonly Start[], commands: Iterable<fc.Command<World, World>>): void {
  const known = worlds.get(isShared);
  const current = known === undefined || known.isCrowded ? new World(isShared) : known;
  // A heap in which something failed is not used again.
  worlds.delete(isShared);
  for (const [slot, { setup, misaligned }] of starts.entries()) current.allocate(slot, setup, misaligned);
  fc.modelRun(() => ({ model: current, real: current }), commands);
  current.leave();
  worlds.set(isShared, current);
}

export interface Run {
  readonly sequences: number;
  readonly seed: number;
  readonly isShared?: boolean;
  /** Where fast-check was when it failed, to go there again. */
  readonly path?: string;
  readonly replayPath?: string;
}

export type Details = ReturnType<typeof check>;

/** Runs as many sequences as it is told. What a failure says holds all that is needed to see it again. */
export function check({ sequences: numRuns, seed, isShared = false, path, replayPath }: Run) {
  return fc.check(
    fc.property(fc.array(start, { minLength: 1, maxLength: 3 }), sequences(replayPath), (starts, commands) =>
      runSequence(isShared, starts, commands),
    ),
    {
      numRuns,
      seed,
      ...(path === undefined ? {} : { path }),
    },
  );
}

/** A failed run in words; empty for a good one. */
export function reportOf(details: Details, isShared = false): string {
  if (!details.failed) return "";
  const replayPath = /replayPath="([^"]*)"/.exec(fc.stringify(details.counterexample))?.[1] ?? "";
  const path = details.counterexamplePath ?? "";
  return [
    fc.defaultReportMessage(details),
    (details.errorInstance as Error).stack,
    `To see it again: npm run fuzz -- --seed ${details.seed} --path ${path}${isShared ? " --shared" : ""}${replayPath === "" ? "" : ` --replay ${replayPath}`}`,
  ].join("\n\n");
}
