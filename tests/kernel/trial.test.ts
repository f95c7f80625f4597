// An allocator whose name tells nothing is found by what it does, on instances that are made for it.

import { describe, expect, test, vi } from "vitest";
import { instantiateKernel } from "wasm-process-buffers";
import { useHeap } from "../support/heap-use";
import { beforeEachNew } from "../support/refusing-engine";
import { bump, type FunctionOf, op, wasmModule } from "../support/wasm-builder";

const gives = (name: string, code: readonly number[], takes = 1): FunctionOf => ({
  names: [name],
  takes: Array(takes).fill("i32"),
  gives: ["i32"],
  code,
});
const takesBack = (name: string, code: readonly number[], takes = 1): FunctionOf => ({
  names: [name],
  takes: Array(takes).fill("i32"),
  code,
});

/** Gives things of one size, one after the other. */
const things = (bytes: number) => [...op.globalGet(0), ...op.globalGet(0), ...op.const(bytes), ...op.add, ...op.globalSet(0)];
/** What lies in a global, once; else what `otherwise` gives. */
const onceFrom = (global: number, otherwise: readonly number[]) => [
  ...op.globalGet(global),
  ...op.if([...op.globalGet(global), ...op.const(0), ...op.globalSet(global)], otherwise),
];
/** One block that was given back is kept in global 1, and given again. */
const keep = [...op.get(0), ...op.globalSet(1)];
const again = onceFrom(1, bump(0));

/** A kernel with a heap from `start` on, and three globals that are 0. */
const kernelOf = (functions: readonly FunctionOf[], { start = 1024, pages = 2 } = {}) =>
  wasmModule({ memory: { pages, names: ["b"] }, globals: [{ value: start }, { value: 0 }, { value: 0 }], functions });
const heapIn = (...kernel: Parameters<typeof kernelOf>) => instantiateKernel(kernelOf(...kernel)).heap;

test("an allocator without a name is found, on instances of its own", () => {
  const before = { value: 1024 };
  const functions: FunctionOf[] = [
    { names: ["c"], code: [] },
    { names: ["d"], takes: ["i32"], gives: ["i32"], code: op.unreachable },
    { names: ["e"], takes: ["i32"], gives: ["i32"], code: bump(0, 2) },
    // The stack: it moves down, and stays where nothing is taken off it.
    {
      names: ["f"],
      takes: ["i32"],
      gives: ["i32"],
      code: [...op.globalGet(1), ...op.get(0), ...op.sub, ...op.const(-16), ...op.and, ...op.globalSet(1), ...op.globalGet(1)],
    },
    { names: ["g"], takes: ["i32"], gives: ["i32"], code: bump(0) },
  ];
  const module = wasmModule({ memory: { pages: 2, names: ["b"] }, globals: [before, { value: 60000 }], functions });
  const { exports, heap } = instantiateKernel(module);
  expect(exports.g(16)).toBe(1024);
  expect(heap.malloc(32, 16)).toBe(1056);
  expect(heap.free).toBeUndefined();
  expect(useHeap(heap)).toBeGreaterThan(1024);
});

test("of two functions that take a block back, the one is taken that stands nearest to what gave it", () => {
  // One block that was given back is kept, and given again.
  const takeBack = [...op.get(0), ...op.globalSet(2)];
  const again = [...op.globalGet(2), ...op.const(0), ...op.globalSet(2)];
  const count = [...op.globalGet(1), ...op.const(1), ...op.add, ...op.globalSet(1)];
  const kernel = wasmModule({
    memory: { pages: 2, names: ["b"] },
    globals: [{ value: 1024 }, { value: 0, names: ["count"] }, { value: 0 }],
    functions: [
      { names: ["c"], takes: ["i32"], code: takeBack },
      { names: ["d"], code: [] },
      { names: ["e"], code: [] },
      { names: ["f"], takes: ["i32"], gives: ["i32"], code: [...op.globalGet(2), ...op.if(again, bump(0))] },
      { names: ["g"], takes: ["i32"], code: [...takeBack, ...count] },
    ],
  });
  const { exports, heap } = instantiateKernel(kernel);
  const address = heap.malloc(64, 16);
  heap.free!(address, 64, 16);
  expect(heap.malloc(64, 16)).toBe(address);
  expect((exports.count as unknown as WebAssembly.Global).value).toBe(1);
});

test("of many functions that trap, so many are tried that 24 instances are made, and not more", () => {
  const trapping = Array.from(
    { length: 40 },
    (_, i): FunctionOf => ({ names: [`m${i}`], takes: ["i32"], gives: ["i32"], code: op.unreachable }),
  );
  const kernel = wasmModule({ memory: { pages: 2, names: ["b"] }, functions: trapping });
  let made = 0;
  beforeEachNew(
    "Instance",
    (module) => {
      if (module === kernel) made++;
    },
    () => expect(() => instantiateKernel(kernel)).toThrow(/nobody says where/),
  );
  // And the kernel's own.
  expect(made).toBe(24 + 1);
});

test("what gives the same bytes again is no allocator without a function that takes them back", () => {
  // Begins anew when it is half through its memory, as a stack does that is emptied in each block.
  const again = [
    ...[...op.globalGet(0), ...op.const(131_072), ...op.greater],
    ...op.if([...op.const(4096), ...op.globalSet(0), ...op.const(0)], op.const(0)),
    ...[...op.drop, ...bump(0)],
  ];
  const kernel = wasmModule({
    memory: { pages: 4, names: ["memory"] },
    globals: [{ value: 4096 }],
    functions: [{ names: ["m"], takes: ["i32"], gives: ["i32"], code: again }],
  });
  expect(() => instantiateKernel(kernel)).toThrow(/nobody says where/);
  // Two that give bytes of one and the same place may be anything that makes something of a size.
  const two = wasmModule({
    memory: { pages: 4, names: ["memory"] },
    globals: [{ value: 4096 }],
    functions: ["m", "n"].map((name) => ({ names: [name], takes: ["i32"], gives: ["i32"], code: bump(0) })),
  });
  expect(() => instantiateKernel(two)).toThrow(/nobody says where/);
});

test("a kernel whose start traps at what a trial's stand-ins answer has no allocator that could be found, and says so", () => {
  const kernel = wasmModule({
    imports: [{ module: "js", name: "one", kind: "function", gives: ["i32"] }],
    memory: { pages: 1, names: ["memory"] },
    globals: [{ value: 4096 }],
    functions: [
      { names: [], code: [...op.call(0), 0x45, 0x04, 0x40, ...op.unreachable, 0x0b] },
      { names: ["m"], takes: ["i32"], gives: ["i32"], code: bump(0) },
    ],
    start: 1,
  });
  expect(() => instantiateKernel(kernel, { imports: { js: { one: () => 1 } } })).toThrow(/nobody says where/);
});

test("a function that waits for what an import of the caller's answers is ended when it is tried, on an instance of its own", () => {
  const waits: FunctionOf = { names: ["w"], takes: ["i32"], gives: ["i32"], code: [...op.until(op.call(0)), ...op.const(0)] };
  const module = wasmModule({
    imports: [{ module: "host", name: "poll", kind: "function", gives: ["i32"] }],
    memory: { pages: 2, names: ["b"] },
    globals: [{ value: 1024 }],
    functions: [waits, { names: ["g"], takes: ["i32"], gives: ["i32"], code: bump(0) }],
  });
  const poll = vi.fn(() => 1);
  const { exports, heap } = instantiateKernel(module, { imports: { host: { poll } } });
  expect(useHeap(heap)).toBe(1024);
  expect(poll).not.toHaveBeenCalled();
  exports.w(1);
  expect(poll).toHaveBeenCalledOnce();
});

describe("a function is no allocator where it", () => {
  test.each<[string, readonly number[], number?]>([
    ["gives address 0", op.const(0)],
    ["gives addresses that are no multiples of 8", bump(0), 1028],
    ["gives addresses beyond the memory", bump(0), 2 ** 26],
    ["gives the same block again", op.const(4096)],
    ["gives blocks that overlap", things(1024)],
    ["gives blocks that are two lengths apart", things(4096)],
    ["writes into the blocks that it gave", [...[...op.const(1024), ...op.get(0), ...op.store], ...bump(0)]],
  ])("%s", (_, code, start) => {
    expect(() => heapIn([gives("m", code)], start === undefined ? {} : { start })).toThrow(/nobody says where/);
  });

  test.each(["__new", "__pin", "__collect", "__rtti_base"])(
    "is in a module with the export %s: AssemblyScript collects objects there",
    (name) => {
      expect(() => heapIn([gives("m", bump(0)), { names: [name], code: [] }])).toThrow(/nobody says where/);
    },
  );
});

test("a function that gives blocks less than two lengths apart may be an allocator", () => {
  expect(heapIn([gives("m", things(4088))]).malloc(16, 16)).toBe(1024);
});

test.each([1, 2, 3])("what takes a block back may take %i numbers, what gives it one or two", (taken) => {
  for (const given of [1, 2]) {
    const heap = heapIn([gives("m", again, given), takesBack("f", keep, taken)]);
    const block = heap.malloc(64, 16);
    heap.free!(block, 64, 16);
    expect(heap.malloc(64, 16)).toBe(block);
  }
});

describe("a function takes no block back where it", () => {
  test.each<[string, readonly number[], readonly number[]]>([
    ["does nothing", bump(0), []],
    ["takes all blocks back at once", bump(0), [...op.const(1024), ...op.globalSet(0)]],
    [
      "takes back, too, what the block points to, as a destructor does",
      onceFrom(1, onceFrom(2, bump(0))),
      [...keep, ...op.get(0), ...op.load, ...op.globalSet(2)],
    ],
  ])("%s", (_, malloc, free) => {
    const heap = heapIn([gives("m", malloc), takesBack("f", free)]);
    expect([heap.malloc(64, 16), heap.free]).toEqual([1024, undefined]);
  });
});

test("a trial has more memory than the kernel begins with, where an allocator would ask its loader for more", () => {
  expect(heapIn([gives("m", bump(0))], { start: 64_000, pages: 1 }).malloc(16, 16)).toBe(64_000);
});

test("a trial runs the function that may run the constructors, and goes on where that traps", () => {
  const constructs = { names: ["c"], code: [...op.const(1024), ...op.globalSet(0)] };
  expect(heapIn([constructs, gives("m", bump(0))], { start: 0 }).malloc).toBeTypeOf("function");
  expect(heapIn([{ names: ["c"], code: op.unreachable }, gives("m", bump(0))]).malloc).toBeTypeOf("function");
});

test("a trial does not see what the one before has written, or used up", () => {
  const partner = [gives("m", again), takesBack("f", keep)];
  expect(heapIn([gives("a", bump(0)), ...partner]).free).toBeDefined();
  const breaks = [...op.const(1), ...op.globalSet(2)];
  const breakable = gives("m", [...op.globalGet(2), ...op.if(op.const(0), again)]);
  expect(heapIn([breakable, takesBack("c", breaks), takesBack("d", breaks), takesBack("f", keep)]).free).toBeDefined();
  // Its blocks are over those words in which the other one keeps what comes next.
  const spoils = [...op.const(1024), ...op.get(0), ...op.store, ...bump(0)];
  const word = op.const(2048);
  const inMemory = [
    ...[...word, ...op.load, ...op.const(8192), ...op.add],
    ...[...word, ...word, ...op.load, ...op.get(0), ...op.const(16), ...op.add, ...op.add, ...op.store],
  ];
  expect(heapIn([gives("a", spoils), gives("m", inMemory)]).malloc(16, 16)).toBe(8192);
});
