// Takes the binaries of the shipped cores apart, and shows that no fault is in them. A small core with each
// fault shows that it would be found.

import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import { sharedForm } from "../../../src/core/shared-form";
import { loadBytes } from "../../support/wasm-modules";
import { coreFaults } from "./core-faults";

/** What each core exports; the file of the same name in `assembly/` says what each function is for. */
const everyday = ["openBlock", "pushChannel", "zeroChannels"];
const conversions = ["constantChannels", "narrowChannels", "widenChannels"];
const forms = ["floatsFromKernel", "kernelFromFloats", "mixChannel"];
const interleaving = ["deinterleave", "floatsFromInt16", "int16FromFloats", "interleave", "kernelFromPcm", "pcmFromKernel"];
const parameters = ["openParameters", "windowParameters"];
const all = [...everyday, ...conversions, ...forms, ...interleaving, ...parameters];

test.each([
  ["build/everyday.wasm", everyday],
  ["build/conversions.wasm", conversions],
  ["build/forms.wasm", forms],
  ["build/interleaving.wasm", interleaving],
  ["build/parameters.wasm", parameters],
  ["dist/core.wasm", all],
  ["dist/core-shared.wasm", all],
])(
  "%s imports a memory, exports the documented functions alone, and has nothing that grows, calls outside, runs by itself, or is steered by memory",
  async (file, functions) => {
    expect(coreFaults(await loadBytes(file), functions)).toEqual([]);
  },
);

describe("the form of a core for shared memories", () => {
  test("is what the compiler makes for them, byte by byte", async () => {
    expect(sharedForm(await loadBytes("dist/core.wasm"))).toEqual(await loadBytes("dist/core-shared.wasm"));
  });

  test.each([
    ["build/everyday.wasm", everyday],
    ["build/conversions.wasm", conversions],
    ["build/forms.wasm", forms],
    ["build/interleaving.wasm", interleaving],
    ["build/parameters.wasm", parameters],
  ])("of %s is a core over a shared memory, and over no other", async (file, functions) => {
    const form = sharedForm(await loadBytes(file));
    expect(coreFaults(form, functions)).toEqual([]);
    const module = new WebAssembly.Module(form);
    const over = (shared: boolean) => () =>
      new WebAssembly.Instance(module, { env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 65536, shared }) } });
    expect(over(true)).not.toThrow();
    expect(over(false)).toThrow(WebAssembly.LinkError);
  });
});

describe("a core with a fault is told from one without", () => {
  const MEMORY = '(import "env" "memory" (memory 0))';
  /** A core of one exported function with parameters $p and $n and locals $i and $k. */
  const bytesOf = (body: string, beside = "", memory = MEMORY) => {
    const module = binaryen.parseText(
      `(module ${memory} ${beside} (func (export "f") (param $p i32) (param $n i32) (result i32) (local $i i32) (local $k i32) ${body}))`,
    );
    module.setFeatures(binaryen.Features.All);
    const bytes = module.emitBinary() as Uint8Array<ArrayBuffer>;
    module.dispose();
    return bytes;
  };
  const faults = (...of: Parameters<typeof bytesOf>) => coreFaults(bytesOf(...of), ["f"]);
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
    [
      "a loop that counts down by four, the last time from a number that it is set to",
      `(loop $next (if (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 4))) (i32.const 0))
        (then (if (i32.lt_s (local.get $n) (i32.const 4)) (then (local.set $n (i32.const 4)))) (br $next))))
      (i32.const 0)`,
    ],
    [
      "a loop that is left at 0",
      "(block $out (loop $next (br_if $out (i32.eqz (local.get $n))) (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br $next))) (i32.const 0)",
    ],
    ["a loop whose block memory may leave", `(block $out ${countTo("(local.get $n)", `(br_if $out ${LOADED})`)} (drop)) (i32.const 0)`],
    [
      "a local that memory decided before it is a bound",
      `(block $b (br_if $b ${LOADED}) (local.set $i (i32.const 9))) (local.set $i (i32.const 0)) ${countTo("(local.get $n)")}`,
    ],
    ["a bound that is set before memory decides", `(local.set $n (i32.const 9)) (if ${LOADED} (then (nop))) ${countTo("(local.get $n)")}`],
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
    ["exports a constant", /exports global G, which is documented nowhere/, "(i32.const 0)", '(global (export "G") i32 (i32.const 1))'],
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
    [
      "sets a loop's bound unless memory leaves the block",
      /loop whose end is not a count/,
      `(block $b (br_if $b ${LOADED}) (local.set $n (i32.const 1000000))) ${countTo("(local.get $n)")}`,
    ],
    [
      "sets a loop's bound unless memory leaves the block by an arm",
      /loop whose end is not a count/,
      `(block $b (if ${LOADED} (then (br $b))) (local.set $n (i32.const 1000000))) ${countTo("(local.get $n)")}`,
    ],
    [
      "sets a loop's bound unless memory leaves the block for one further out",
      /loop whose end is not a count/,
      `(block $a (block $b (br_if $b ${LOADED}) (br $a)) (local.set $n (i32.const 1000000))) ${countTo("(local.get $n)")}`,
    ],
    [
      "sets a loop's bound unless memory leaves the block by a table's last entry",
      /loop whose end is not a count/,
      `(block $a (block $b (br_table $b $a ${LOADED})) (local.set $n (i32.const 1000000))) ${countTo("(local.get $n)")}`,
    ],
    [
      "sets a loop's bound for the next time round, unless memory says otherwise",
      /loop whose end is not a count/,
      `(loop $again (drop (block (result i32) ${countTo("(local.get $n)")})) (block $b (br_if $b ${LOADED}) (local.set $n (i32.const 1000000)))
        (br_if $again (local.tee $k (i32.sub (local.get $k) (i32.const 1))))) (i32.const 0)`,
    ],
    [
      "returns a loop's bound early if memory says so",
      /loop whose end is not a count/,
      `(local.set $n (call $g (local.get $p))) ${countTo("(local.get $n)")}`,
      `(func $g (param $p i32) (result i32) (if ${LOADED} (then (return (i32.const 5)))) (i32.const 7))`,
    ],
    [
      "returns a loop's bound from another function if memory says so",
      /loop whose end is not a count/,
      `(local.set $n (call $g (local.get $p) (local.get $n))) ${countTo("(local.get $n)")}`,
      `(func $g (param $p i32) (param $n i32) (result i32) (if (local.get $n) (then (return_call $h (local.get $p)))) (i32.const 7))
        (func $h (param $p i32) (result i32) ${LOADED})`,
    ],
    [
      "counts as far as memory says, and up to that again",
      /loop whose end is not a count/,
      `(block $out (loop $next (br_if $out (i32.ge_u (local.get $i) (local.get $n))) (br_if $out ${LOADED})
        (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $next)))
      (local.set $n (local.get $i)) (local.set $i (i32.const 0)) ${countTo("(local.get $n)")}`,
    ],
    [
      "begins again where memory says so, before it sets a loop's bound",
      /loop whose end is not a count/,
      `(loop $again
        (local.set $k (i32.sub (local.get $k) (i32.const 1))) (if (local.get $k) (then (br_if $again ${LOADED}) (local.set $n (i32.const 1000000)))))
      ${countTo("(local.get $n)")}`,
    ],
    [
      "sets its counter back each time",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_u (local.get $i) (local.get $n)) (then (local.set $i (i32.const 0)) (br $next)))) (i32.const 0)`,
    ],
    [
      "sets its counter back at times",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_u (local.get $i) (local.get $n)) (then (local.set $i (i32.add (local.get $i) (i32.const 1))) (if (local.get $p) (then (local.set $i (i32.const 0)))) (br $next)))) (i32.const 0)`,
    ],
    [
      "steps its counter at times",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_u (local.get $i) (local.get $n)) (then (if (local.get $p) (then (local.set $i (i32.add (local.get $i) (i32.const 1))))) (br $next)))) (i32.const 0)`,
    ],
    [
      "steps its counter unless it leaves a block",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_u (local.get $i) (local.get $n)) (then (block $b (br_if $b (local.get $p)) (local.set $i (i32.add (local.get $i) (i32.const 1)))) (br $next)))) (i32.const 0)`,
    ],
    [
      "steps its counter by nothing",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_u (local.get $i) (local.get $n)) (then (local.set $i (i32.add (local.get $i) (i32.const 0))) (br $next)))) (i32.const 0)`,
    ],
    [
      "steps its counter by an argument, which may be 0",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_u (local.get $i) (local.get $n)) (then (local.set $i (i32.add (local.get $i) (local.get $p))) (br $next)))) (i32.const 0)`,
    ],
    [
      "steps its counter there and back",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_u (local.get $i) (local.get $n)) (then (local.set $i (i32.add (local.get $i) (i32.const 1))) (local.set $i (i32.sub (local.get $i) (i32.const 1))) (br $next)))) (i32.const 0)`,
    ],
    [
      "steps its counter away from its bound",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_s (local.get $i) (local.get $n)) (then (local.set $i (i32.sub (local.get $i) (i32.const 1))) (br $next)))) (i32.const 0)`,
    ],
    [
      "steps another local than its counter",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_u (local.get $i) (local.get $n)) (then (local.set $i (i32.add (local.get $p) (i32.const 1))) (br $next)))) (i32.const 0)`,
    ],
    [
      "moves its bound along",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_u (local.get $i) (local.get $n)) (then (local.set $i (i32.add (local.get $i) (i32.const 1))) (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $next)))) (i32.const 0)`,
    ],
    [
      "ends if the bound is not reached",
      /loop whose end is not a count/,
      `(block $out (loop $next (br_if $out (i32.lt_u (local.get $i) (local.get $n))) (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $next))) (i32.const 0)`,
    ],
    [
      "ends beyond a bound that may be the last number",
      /loop whose end is not a count/,
      `(loop $next (if (i32.le_u (local.get $i) (local.get $n)) (then (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $next)))) (i32.const 0)`,
    ],
    [
      "may step over 0",
      /loop whose end is not a count/,
      `(loop $next (if (local.get $n) (then (local.set $n (i32.sub (local.get $n) (i32.const 4))) (br $next)))) (i32.const 0)`,
    ],
    [
      "may step over 0, having no sign",
      /loop whose end is not a count/,
      `(loop $next (if (i32.gt_u (local.get $n) (i32.const 0)) (then (local.set $n (i32.sub (local.get $n) (i32.const 4))) (br $next)))) (i32.const 0)`,
    ],
    [
      "may step over the last number",
      /loop whose end is not a count/,
      `(loop $next (if (i32.lt_u (local.get $i) (i32.const -1)) (then (local.set $i (i32.add (local.get $i) (i32.const 2))) (br $next)))) (i32.const 0)`,
    ],
    [
      "sets its counter back before it is compared",
      /loop whose end is not a count/,
      `(loop $next (if (i32.gt_s (local.get $n) (i32.const 0)) (then (local.set $n (i32.sub (local.get $n) (i32.const 4))) (if (i32.lt_s (local.get $n) (i32.const 4)) (then (local.set $n (i32.const 4)))) (br $next)))) (i32.const 0)`,
    ],
    [
      "sets its counter back by more than a step",
      /loop whose end is not a count/,
      `(loop $next (if (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 4))) (i32.const 0))
        (then (if (i32.lt_s (local.get $n) (i32.const 4)) (then (local.set $n (i32.const 5)))) (br $next)))) (i32.const 0)`,
    ],
    [
      "may step its counter over its bound in a loop within",
      /loop whose end is not a count/,
      `(loop $next (local.set $k (i32.const 3))
        (loop $within (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if $within (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
        (br_if $next (local.get $n))) (i32.const 0)`,
    ],
    [
      "has a second way back, without a counter",
      /loop whose end is not a count/,
      `(loop $next (br_if $next (local.get $p)) (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (i32.const 0)`,
    ],
    [
      "goes back by a table",
      /loop whose end is not a count/,
      `(loop $next (block $b (br_table $b $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))) (i32.const 0)`,
    ],
    [
      "keeps a loop's bound from memory if an argument says so",
      /loop whose end is not a count/,
      `(local.set $n ${LOADED}) (if (local.get $k) (then (local.set $n (i32.const 7)))) ${countTo("(local.get $n)")}`,
    ],
    [
      "reads a loop's bound in a condition, behind a value",
      /loop whose end is not a count/,
      `(block $b (result i32) (drop (br_if $b (local.tee $n (i32.const 7)) (local.tee $n ${LOADED}))) ${countTo("(local.get $n)")})`,
    ],
    [
      "reads a loop's bound in a choice, behind what it chooses from",
      /loop whose end is not a count/,
      `(drop (select (local.tee $n (i32.const 7)) (i32.const 7) (local.tee $n ${LOADED}))) ${countTo("(local.get $n)")}`,
    ],
    [
      "sets its counter back to an argument",
      /loop whose end is not a count/,
      `(loop $next (if (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 4))) (i32.const 0))
        (then (if (local.get $k) (then (local.set $n (local.get $p)))) (br $next)))) (i32.const 0)`,
    ],
    [
      "sets its counter back, and has a bound that may be lower",
      /loop whose end is not a count/,
      `(loop $next (if (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 4))) (local.get $p))
        (then (if (local.get $k) (then (local.set $n (i32.const 4)))) (br $next)))) (i32.const 0)`,
    ],
    [
      "sets its counter back to where a step leads below 0, having no sign",
      /loop whose end is not a count/,
      `(loop $next (if (i32.gt_u (local.tee $n (i32.sub (local.get $n) (i32.const 4))) (i32.const 3))
        (then (if (local.get $k) (then (local.set $n (i32.const 0)))) (br $next)))) (i32.const 0)`,
    ],
    [
      "sets its counter back from 1",
      /loop whose end is not a count/,
      `(loop $next (if (local.get $n) (then (local.set $n (i32.sub (local.get $n) (i32.const 1))) (if (local.get $p) (then (local.set $n (i32.const 4)))) (br $next)))) (i32.const 0)`,
    ],
    [
      "goes back from a loop within, which may step its counter over its bound",
      /loop whose end is not a count/,
      `(loop $next (local.set $k (i32.const 3))
        (loop $within (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if $within (local.tee $k (i32.sub (local.get $k) (i32.const 1))))
          (br_if $next (local.get $n)))) (i32.const 0)`,
    ],
    [
      "goes back unless its counter is below its bound",
      /loop whose end is not a count/,
      `(loop $next (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $next (i32.eqz (i32.lt_u (local.get $i) (local.get $n))))) (i32.const 0)`,
    ],
    [
      "compares a lane that has its counter's number",
      /loop whose end is not a count/,
      `(loop $next (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if $next (i32x4.extract_lane 1 (i32x4.splat (local.get $p))))) (i32.const 0)`,
    ],
    ["reads an address from memory", /as an address/, "(i32.load (i32.load (local.get $p)))"],
    [
      "leaves a block with an address that memory chose",
      /as an address/,
      `(i32.load (block $b (result i32) (drop (br_if $b (i32.const 8) ${LOADED})) (i32.const 16)))`,
    ],
    ["writes where memory says", /as an address/, `(i32.store ${LOADED} (local.get $n)) (i32.const 0)`],
    ["fills as much as memory says", /as a length/, `(memory.fill (local.get $p) (i32.const 0) ${LOADED}) (i32.const 0)`],
    ["copies from where memory says", /as an address/, `(memory.copy (local.get $p) ${LOADED} (local.get $n)) (i32.const 0)`],
  ])("with: it %s", (_, fault, body, beside, memory) => {
    expect(faults(body, beside, memory)).toContainEqual(expect.stringMatching(fault));
  });

  test("with: it does not export what is documented", () => {
    expect(coreFaults(bytesOf("(i32.const 0)"), ["f", "g"])).toEqual(["does not export function g"]);
  });
});
