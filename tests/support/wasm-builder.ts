// Modules put together in a test, where no compiler is: a few functions, imports and exports.

type Type = "i32" | "i64" | "f32" | "f64";
const TYPES: Record<Type, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

interface Signature {
  readonly takes?: readonly Type[];
  readonly gives?: readonly Type[];
}
interface Limits {
  readonly pages: number;
  readonly maximum?: number;
  readonly shared?: boolean;
  readonly is64Bit?: boolean;
}
export type ImportOf =
  | ({ readonly module: string; readonly name: string; readonly kind: "function" } & Signature)
  | ({ readonly module: string; readonly name: string; readonly kind: "memory" } & Limits)
  | { readonly module: string; readonly name: string; readonly kind: "global"; readonly isMutable?: boolean }
  | { readonly module: string; readonly name: string; readonly kind: "table" }
  /** Encoded already: a kind and a type. */
  | { readonly module: string; readonly name: string; readonly kind: "encoded"; readonly bytes: readonly number[] };
export interface FunctionOf extends Signature {
  readonly names?: readonly string[];
  /** Instructions, without the end. */
  readonly code: readonly number[];
  readonly locals?: number;
}
export interface ModuleOf {
  readonly imports?: readonly ImportOf[];
  readonly memory?: Limits & { readonly names?: readonly string[] };
  /** Tables of references to values of JS, with so many entries. */
  readonly tables?: readonly { readonly entries: number; readonly names: readonly string[] }[];
  /** Mutable 32-bit integers, with their first values. */
  readonly globals?: readonly { readonly value: number; readonly names?: readonly string[]; readonly fixed?: boolean }[];
  readonly functions?: readonly FunctionOf[];
  /** Functions that are written into the table, from its first entry on. */
  readonly elements?: readonly number[];
  /** Index of the function that is called when an instance is made; imported ones count. */
  readonly start?: number;
  readonly custom?: readonly string[];
}

/** The bytes of a module. */
export function wasmBytes({
  imports = [],
  memory,
  tables = [],
  globals = [],
  functions = [],
  elements = [],
  start,
  custom = [],
}: ModuleOf): Uint8Array<ArrayBuffer> {
  const imported = imports.filter((one) => one.kind === "function") as (ImportOf & Signature)[];
  const signatures = [...imported, ...functions];
  const importsOf = imports.map((one) => [...text(one.module), ...text(one.name), ...importDescription(one, imported)]);
  const exported = [
    ...functions.flatMap(({ names = [] }, i) => names.map((name) => [...text(name), 0, ...leb(imported.length + i)])),
    ...tables.flatMap(({ names }, i) => names.map((name) => [...text(name), 1, ...leb(i)])),
    ...(memory?.names ?? []).map((name) => [...text(name), 2, 0]),
    ...globals.flatMap(({ names = [] }, i) => names.map((name) => [...text(name), 3, ...leb(i)])),
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...custom.flatMap((name) => section(0, text(name))),
    ...list(
      1,
      signatures.map(({ takes = [], gives = [] }) => [0x60, ...types(takes), ...types(gives)]),
    ),
    ...list(2, importsOf),
    ...list(
      3,
      functions.map((_, i) => leb(imported.length + i)),
    ),
    ...list(
      4,
      tables.map(({ entries }) => [0x6f, 0, ...leb(entries)]),
    ),
    ...list(5, memory === undefined ? [] : [limits(memory)]),
    ...list(
      6,
      globals.map(({ value, fixed }) => [TYPES.i32, fixed ? 0 : 1, 0x41, ...signed(value), END]),
    ),
    ...list(7, exported),
    ...(start === undefined ? [] : section(8, leb(start))),
    ...list(9, elements.length === 0 ? [] : [[0, 0x41, 0, END, ...leb(elements.length), ...elements.flatMap(leb)]]),
    ...list(
      10,
      functions.map(({ code, locals = 0 }) => {
        const body = [...(locals > 0 ? [1, ...leb(locals), TYPES.i32] : [0]), ...code, END];
        return [...leb(body.length), ...body];
      }),
    ),
  ]);
}

export const wasmModule = (module: ModuleOf): WebAssembly.Module => new WebAssembly.Module(wasmBytes(module));

const END = 0x0b;

/** Instructions that tests put functions together with. */
export const op = {
  const: (value: number) => [0x41, ...signed(value)],
  get: (local: number) => [0x20, ...leb(local)],
  set: (local: number) => [0x21, ...leb(local)],
  globalGet: (global: number) => [0x23, ...leb(global)],
  globalSet: (global: number) => [0x24, ...leb(global)],
  call: (index: number) => [0x10, ...leb(index)],
  add: [0x6a],
  sub: [0x6b],
  and: [0x71],
  shl: [0x74],
  drop: [0x1a],
  unreachable: [0x00],
  multiply: [0x6c],
  greater: [0x4a],
  load: [0x28, 2, 0],
  store: [0x36, 2, 0],
  /** Again and again, until what is computed is not 0. */
  until: (code: readonly number[]) => [0x03, 0x40, ...code, 0x45, 0x0d, 0, END],
  /** One of two ways to an integer. */
  if: (then: readonly number[], otherwise: readonly number[]) => [0x04, TYPES.i32, ...then, 0x05, ...otherwise, END],
};

/** (i32) → i32: the next bytes above a global, up to 16; `unit` shifts, for functions that count in other units. */
export function bump(global: number, shift = 0): number[] {
  return [
    ...op.globalGet(global),
    ...op.globalGet(global),
    ...[...op.get(0), ...op.const(shift), ...op.shl, ...op.add],
    ...[...op.const(31), ...op.add, ...op.const(-16), ...op.and],
    ...op.globalSet(global),
  ];
}

function importDescription(one: ImportOf, imported: readonly ImportOf[]): readonly number[] {
  if (one.kind === "encoded") return one.bytes;
  if (one.kind === "function") return [0, ...leb(imported.indexOf(one))];
  if (one.kind === "memory") return [2, ...limits(one)];
  return one.kind === "global" ? [3, TYPES.i32, Number(one.isMutable ?? false)] : [1, 0x70, 0, 0];
}

function limits({ pages, maximum, shared = false, is64Bit = false }: Limits): number[] {
  const flags = (maximum === undefined ? 0 : 1) | (shared ? 2 : 0) | (is64Bit ? 4 : 0);
  return [flags, ...leb(pages), ...(maximum === undefined ? [] : leb(maximum))];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

function list(id: number, entries: readonly (readonly number[])[]): number[] {
  return entries.length === 0 ? [] : section(id, [...leb(entries.length), ...entries.flat()]);
}

function types(all: readonly Type[]): number[] {
  return [...leb(all.length), ...all.map((type) => TYPES[type])];
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...leb(bytes.length), ...bytes];
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...leb(Math.floor(value / 128))];
}

function signed(value: number): number[] {
  const byte = value & 0x7f;
  const rest = value >> 7;
  return (rest === 0 && byte < 64) || (rest === -1 && byte >= 64) ? [byte] : [byte | 128, ...signed(rest)];
}
