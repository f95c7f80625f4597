// The shipped cores, taken apart: what could go wrong in a core is shown not to be in them. And that it
// would be found, with a small core for each fault.

import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import { loadBytes } from "../setup/wasm";
import { coreFaults } from "./core-faults";

/** All that a core exports; `Core` in src/core.ts says what each function is for. */
const documented = {
  functions: [
    "constantChannels",
    "deinterleave",
    "floatsFromInt16",
    "describeBuses",
    "int16FromFloats",
    "interleave",
    "narrowSamples",
    "pushChannel",
    "widenSamples",
    "zeroChannels",
  ],
  constants: [
    "CHANNEL_COUNT_OFFSET",
    "CONSTANT_MASK_OFFSET",
    "CAPACITY_BITS",
    "DATA32_OFFSET",
    "DATA64_OFFSET",
    "DESCRIPTOR_BYTES",
    "LATENCY_OFFSET",
    "MAX_BUSES",
    "MAX_CHANNELS",
    "POINTER_BYTES",
    "SAMPLE_ALIGNMENT",
  ],
};

test.each(["core.wasm", "core-shared.wasm"])(
  "%s imports a memory, exports what is documented, and has nothing that grows, calls outside, runs by itself, or is steered by memory",
  async (file) => {
    expect(coreFaults(await loadBytes(`dist/${file}`), documented)).toEqual([]);
  },
);

describe("a core with a fault is told from one without", () => {
  const MEMORY = '(import "env" "memory" (memory 0))';
  /** A core of one exported function with parameters $p and $n and a local $i. */
  const bytesOf = (body: string, beside = "", memory = MEMORY) => {
    const module = binaryen.parseText(
      `(module ${memory} ${beside} (func (export "f") (param $p i32) (param $n i32) (result i32) (local $i i32) ${body}))`,
    );
    module.setFeatures(binaryen.Features.All);
    const bytes = module.emitBinary() as Uint8Array<ArrayBuffer>;
    module.dispose();
    return bytes;
  };
  const faults = (...of: Parameters<typeof bytesOf>) => coreFaults(bytesOf(...of), { functions: ["f"], constants: [] });
  const countTo = (bound: string, step = "") => `
    (loop $next
      (if (i32.lt_u (local.get $i) ${bound})
        (then ${step} (i32.store8 (i32.add (local.get $p) (local.get $i)) (i32.const 0)) (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $next))))
    (i32.const 0)`;
  const LOADED = "(i32.load (local.get $p))";

  test.each<[string, string, string?]>([
    ["a loop up to an argument", countTo("(local.get $n)")],
    ["a loop up to what is computed from arguments", countTo("(i32.shl (i32.and (local.get $n) (i32.const -4)) (i32.const 2))")],
    ["a loop that counts down", "(loop $next (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (i32.const 0)"],
    ["a loop that memory may end early", countTo("(local.get $n)", `(if ${LOADED} (then (return (i32.const 1))))`)],
    [
      "a loop that is left at its beginning",
      "(block $out (loop $next (br_if $out (i32.ge_u (local.get $i) (local.get $n))) (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $next))) (i32.const 0)",
    ],
    [
      "a local that held what was found before it counts",
      `(local.set $i ${LOADED}) (drop (local.get $i)) (local.set $i (i32.const 0)) ${countTo("(local.get $n)")}`,
    ],
    ["what was found, stored again", `(i32.store offset=4 (local.get $p) ${LOADED}) (i32.const 0)`],
    ["a call of a function within", "(call $g (local.get $n))", "(func $g (param i32) (result i32) (local.get 0))"],
    ["a fill of a given length", "(memory.fill (local.get $p) (i32.const 0) (local.get $n)) (i32.const 0)"],
  ])("without: %s", (_, body, beside) => {
    expect(faults(body, beside)).toEqual([]);
  });

  test.each<[string, RegExp, string, string?, string?]>([
    ["grows the memory", /MemoryGrow, which is not allowed/, "(memory.grow (local.get $n))"],
    ["imports a function", /imports function env.log/, "(i32.const 0)", '(import "env" "log" (func $log))'],
    ["calls outside", /calls fimport\$0, which is outside/, "(call $log) (i32.const 0)", '(import "env" "log" (func $log))'],
    ["calls through a table", /CallIndirect, which is not allowed/, "(call_indirect (result i32) (local.get $n))", "(table 1 funcref)"],
    ["has a table", /has a table/, "(i32.const 0)", "(table 1 funcref)"],
    ["has an element section", /has an element section/, "(i32.const 0)", "(table 1 funcref) (elem (i32.const 0) $g) (func $g)"],
    ["has a data section", /has a data section/, "(i32.const 0)", '(data (i32.const 0) "x")'],
    ["has a start section", /has a start function/, "(i32.const 0)", "(func $g (i32.store (i32.const 0) (i32.const 1))) (start $g)"],
    ["brings a memory of its own", /imports no memory/, "(i32.const 0)", "", "(memory 1)"],
    ["exports its memory", /exports memory memory/, "(i32.const 0)", '(export "memory" (memory 0))'],
    ["keeps state", /keeps state/, "(global.set $state (local.get $n)) (i32.const 0)", "(global $state (mut i32) (i32.const 0))"],
    ["exports one function more", /exports function g, which is documented nowhere/, "(i32.const 0)", '(func (export "g"))'],
    [
      "exports a constant more",
      /exports global G, which is documented nowhere/,
      "(i32.const 0)",
      '(global (export "G") i32 (i32.const 1))',
    ],
    [
      "calls itself",
      /calls itself/,
      "(call $g (local.get $n))",
      "(func $g (param i32) (result i32) (if (result i32) (local.get 0) (then (call $g (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0))))",
    ],
    ["waits", /not allowed/, "(memory.atomic.notify (local.get $p) (local.get $n))"],
    ["reads a loop's bound from memory each time", /loop whose end is not a count/, countTo(LOADED)],
    [
      "reads a loop's bound from memory beforehand",
      /loop whose end is not a count/,
      `(local.set $n ${LOADED}) ${countTo("(local.get $n)")}`,
    ],
    [
      "reads a loop's bound by a function within",
      /loop whose end is not a count/,
      `(local.set $n (call $g (local.get $p))) ${countTo("(local.get $n)")}`,
      "(func $g (param i32) (result i32) (i32.load (local.get 0)))",
    ],
    [
      "hands what it found to a function that counts up to it",
      /loop whose end is not a count/,
      `(call $g (local.get $p) ${LOADED}) (i32.const 0)`,
      "(func $g (param $p i32) (param $n i32) (loop $next (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))",
    ],
    [
      "reads a loop's bound under a condition",
      /loop whose end is not a count/,
      `(if ${LOADED} (then (local.set $n (i32.const 1000)))) ${countTo("(local.get $n)")}`,
    ],
    [
      "chooses a loop's bound by what it found",
      /loop whose end is not a count/,
      countTo(`(select (local.get $n) (i32.const 7) ${LOADED})`),
    ],
    [
      "follows a list through memory",
      /loop whose end is not a count/,
      "(loop $next (br_if $next (local.tee $p (i32.load (local.get $p))))) (i32.const 0)",
    ],
    ["never ends", /loop whose end is not a count/, "(loop $next (br $next))"],
    ["never ends unless an argument says so", /loop whose end is not a count/, "(loop $next (br_if $next (local.get $n))) (i32.const 0)"],
    ["takes the size of the memory for a bound", /loop whose end is not a count/, countTo("(memory.size)")],
    ["reads an address from memory", /as an address/, "(i32.load (i32.load (local.get $p)))"],
    ["writes where memory says", /as an address/, `(i32.store ${LOADED} (local.get $n)) (i32.const 0)`],
    ["fills as much as memory says", /as a length/, `(memory.fill (local.get $p) (i32.const 0) ${LOADED}) (i32.const 0)`],
    ["copies from where memory says", /as an address/, `(memory.copy (local.get $p) ${LOADED} (local.get $n)) (i32.const 0)`],
  ])("with: it %s", (_, fault, body, beside, memory) => {
    expect(faults(body, beside, memory)).toContainEqual(expect.stringMatching(fault));
  });

  test("with: it does not export what is documented", () => {
    expect(coreFaults(bytesOf("(i32.const 0)"), { functions: ["f", "g"], constants: ["G"] })).toEqual([
      "does not export function g",
      "does not export global G",
    ]);
  });
});
