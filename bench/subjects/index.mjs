// What is measured, in this order. Each file here exports:
//
//   casesIn(runtime)     its cases there, each with an `id`; `shape` where it is one of bench/shapes.mjs,
//                        and `isTarget` where a target depends on it
//   works(one, hosts)    what is timed for a case: `[baseline, candidate]`, or `[candidate]` alone
//   hostOf(one)          where the works render a host's blocks: its configuration and frames. A case then
//                        names its `lists`; see bench/hosts.mjs
//   prepare()            what has to be made before, if anything
//   effortOf(effort)     what differs from the usual effort, if anything

export const SUBJECTS = [
  "planar",
  "missing",
  "f64",
  "many",
  "faust",
  "interleaved",
  "forms",
  "clear",
  "constant",
  "window",
  "fixed-blocks",
  "parameters",
  "setup",
];
