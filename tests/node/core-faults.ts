// What a core could do that it must not, found in its binary by way of binaryen's reading of it.
//
// Values are told apart by where they come from. A caller's arguments, constants, and what is computed
// from them are *given*; whatever was read from memory, which a kernel can write, is *found*. What is
// found may be stored again, compared, or end a loop early. It must not be an address, a length, or all
// that ends a loop.

import binaryen from "binaryen";

/** What a core has to export, and nothing beside it. */
export interface CoreExports {
  readonly functions: readonly string[];
  readonly constants: readonly string[];
}

/** Every fault of a core, in words; none for one that does only what it may. */
export function coreFaults(bytes: Uint8Array<ArrayBuffer>, exports: CoreExports): string[] {
  const module = binaryen.readBinary(bytes) as Module;
  try {
    // Every value a local of its own, so that a local that is used twice is not taken for one.
    module.runPasses(["ssa"]);
    const functions = definedFunctions(module);
    return [
      ...interfaceFaults(bytes, exports),
      ...sectionFaults(module),
      ...recursionFaults(functions),
      ...new Analysis(functions).faults(),
    ];
  } finally {
    module.dispose();
  }
}

// What the library's own types leave out.
type Module = ReturnType<typeof binaryen.readBinary> & {
  getNumDataSegments(): number;
  getFunctionByIndex(index: number): number;
  getGlobalByIndex(index: number): number;
};

interface CoreFunction {
  readonly name: string;
  readonly params: number;
  readonly body: number;
}

/** An expression as the library describes it: its kind, and other expressions and names, by the names of its parts. */
type Expression = ReturnType<typeof binaryen.getExpressionInfo> & Readonly<Record<string, unknown>>;

/** The library cannot describe every kind; of those that have no parts, and those that are not allowed, the kind is enough. */
function describe(ref: number): Expression {
  const id = binaryen.getExpressionId(ref);
  const isPlain = id !== binaryen.LocalGetId && (PARTS.get(id) ?? []).length === 0;
  return (isPlain ? { id } : binaryen.getExpressionInfo(ref)) as unknown as Expression;
}

function interfaceFaults(bytes: Uint8Array<ArrayBuffer>, exports: CoreExports): string[] {
  const module = new WebAssembly.Module(bytes);
  const imported = WebAssembly.Module.imports(module).filter(
    ({ module, name, kind }) => `${module}.${name} ${kind}` !== "env.memory memory",
  );
  const differences = (kind: string, expected: readonly string[]) => {
    const found = WebAssembly.Module.exports(module)
      .filter((one) => one.kind === kind)
      .map(({ name }) => name);
    return [
      ...found.filter((name) => !expected.includes(name)).map((name) => `exports ${kind} ${name}, which is documented nowhere`),
      ...expected.filter((name) => !found.includes(name)).map((name) => `does not export ${kind} ${name}`),
    ];
  };
  return [
    ...imported.map(({ module, name, kind }) => `imports ${kind} ${module}.${name}`),
    ...(WebAssembly.Module.imports(module).some(({ kind }) => kind === "memory") ? [] : ["imports no memory"]),
    ...differences("function", exports.functions),
    ...differences("global", exports.constants),
    ...differences("memory", []),
    ...differences("table", []),
  ];
}

function sectionFaults(module: Module): string[] {
  const faults: string[] = [];
  if (module.getNumDataSegments() > 0) faults.push("has a data section");
  if (module.getNumElementSegments() > 0) faults.push("has an element section");
  if (module.getNumTables() > 0) faults.push("has a table");
  if (module.getStart() !== 0) faults.push("has a start function");
  for (let i = 0; i < module.getNumGlobals(); i++) {
    if (binaryen.getGlobalInfo(module.getGlobalByIndex(i)).mutable) faults.push("keeps state in a global that changes");
  }
  return faults;
}

function definedFunctions(module: Module): Map<string, CoreFunction> {
  const functions = new Map<string, CoreFunction>();
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const { name, params, body } = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    if (body !== 0) functions.set(name, { name, params: binaryen.expandType(params).length, body });
  }
  return functions;
}

/** A function that calls itself, by whatever way, is a loop that has no count. */
function recursionFaults(functions: ReadonlyMap<string, CoreFunction>): string[] {
  const calls = new Map(
    [...functions].map(([name, { body }]) => [name, within(body, binaryen.CallId).map(({ target }) => target as string)]),
  );
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (calls.get(from) ?? []).some((callee) => callee === to || (!seen.has(callee) && reaches(callee, to, seen.add(callee))));
  return [...functions.keys()].filter((name) => reaches(name, name)).map((name) => `function ${name} calls itself`);
}

/** Parts of each kind of expression that are expressions. A kind that is not here is not allowed. */
const PARTS = new Map<number, readonly string[]>([
  [binaryen.BlockId, ["children"]],
  [binaryen.IfId, ["condition", "ifTrue", "ifFalse"]],
  [binaryen.LoopId, ["body"]],
  [binaryen.BreakId, ["condition", "value"]],
  [binaryen.SwitchId, ["condition", "value"]],
  [binaryen.CallId, ["operands"]],
  [binaryen.LocalGetId, []],
  [binaryen.LocalSetId, ["value"]],
  [binaryen.GlobalGetId, []],
  [binaryen.GlobalSetId, ["value"]],
  [binaryen.LoadId, ["ptr"]],
  [binaryen.StoreId, ["ptr", "value"]],
  [binaryen.SIMDLoadId, ["ptr"]],
  [binaryen.SIMDLoadStoreLaneId, ["ptr", "vec"]],
  [binaryen.MemoryCopyId, ["dest", "source", "size"]],
  [binaryen.MemoryFillId, ["dest", "value", "size"]],
  [binaryen.MemorySizeId, []],
  [binaryen.ConstId, []],
  [binaryen.UnaryId, ["value"]],
  [binaryen.BinaryId, ["left", "right"]],
  [binaryen.SelectId, ["condition", "ifTrue", "ifFalse"]],
  [binaryen.SIMDExtractId, ["vec"]],
  [binaryen.SIMDReplaceId, ["vec", "value"]],
  [binaryen.SIMDShuffleId, ["left", "right"]],
  [binaryen.SIMDTernaryId, ["a", "b", "c"]],
  [binaryen.SIMDShiftId, ["vec", "shift"]],
  [binaryen.DropId, ["value"]],
  [binaryen.ReturnId, ["value"]],
  [binaryen.NopId, []],
  [binaryen.UnreachableId, []],
]);

/** What reads memory or tells something of it. */
const FINDS: ReadonlySet<number> = new Set([binaryen.LoadId, binaryen.SIMDLoadId, binaryen.SIMDLoadStoreLaneId, binaryen.MemorySizeId]);

/** Parts that say where in memory, and how much of it. */
const PLACES = ["ptr", "dest", "source", "size"];

function partsOf(expression: Expression): number[] {
  const names = PARTS.get(expression.id) ?? [];
  return names.flatMap((name) => expression[name] as number | readonly number[]).filter((part) => part !== 0);
}

/** Every expression of a kind within another one, itself included. */
function within(ref: number, kind: number): Expression[] {
  const expression = describe(ref);
  return [...(expression.id === kind ? [expression] : []), ...partsOf(expression).flatMap((part) => within(part, kind))];
}

/** Which locals, parameters, results and blocks hold what was found in memory. Grows until it is complete. */
class Analysis {
  private readonly found = new Set<string>();
  private complete = false;

  constructor(private readonly functions: ReadonlyMap<string, CoreFunction>) {
    while (!this.complete) {
      this.complete = true;
      for (const { name, body } of functions.values()) if (this.isFound(name, body, false)) this.mark(`result of ${name}`);
    }
  }

  faults(): string[] {
    return [...this.functions.values()].flatMap(({ name, body }) => [
      ...new Set([...this.expressionFaults(name, body), ...this.loopFaults(name, body)]),
    ]);
  }

  private mark(what: string): void {
    if (this.found.has(what)) return;
    this.found.add(what);
    this.complete = false;
  }

  /** Whether an expression's value depends on memory. `steered`: whether that it is evaluated at all does. */
  private isFound(name: string, ref: number, steered: boolean): boolean {
    const expression = describe(ref);
    if (expression.id === binaryen.IfId) return this.isIfFound(name, expression, steered);
    const parts = partsOf(expression).map((part) => this.isFound(name, part, steered));
    const any = parts.includes(true);
    const label = `block ${expression.name as string} of ${name}`;
    switch (expression.id) {
      case binaryen.LocalSetId: {
        const local = `local ${expression.index as number} of ${name}`;
        if (any || steered) this.mark(local);
        return any;
      }
      case binaryen.LocalGetId:
        return this.found.has(`local ${expression.index as number} of ${name}`);
      case binaryen.CallId:
        for (const [i, operand] of parts.entries()) if (operand) this.mark(`local ${i} of ${expression.target as string}`);
        return this.found.has(`result of ${expression.target as string}`);
      case binaryen.BreakId:
        if (any) this.mark(label);
        return any;
      case binaryen.SwitchId:
        if (any) for (const target of expression.names as string[]) this.mark(`block ${target} of ${name}`);
        return any;
      case binaryen.ReturnId:
        if (any) this.mark(`result of ${name}`);
        return any;
      case binaryen.BlockId:
        return (parts.at(-1) ?? false) || this.found.has(label);
      default:
        return any || FINDS.has(expression.id);
    }
  }

  private isIfFound(name: string, { condition, ifTrue, ifFalse }: Expression, steered: boolean): boolean {
    const decided = this.isFound(name, condition as number, steered);
    return (
      [ifTrue as number, ifFalse as number].map((arm) => arm !== 0 && this.isFound(name, arm, steered || decided)).includes(true) || decided
    );
  }

  private expressionFaults(name: string, ref: number): string[] {
    const expression = describe(ref);
    const faults: string[] = [];
    if (!PARTS.has(expression.id)) faults.push(`function ${name} has ${kindOf(expression.id)}, which is not allowed`);
    if (expression.id === binaryen.CallId && !this.functions.has(expression.target as string))
      faults.push(`function ${name} calls ${expression.target as string}, which is outside`);
    for (const place of PLACES) {
      if (typeof expression[place] === "number" && this.isFound(name, expression[place], false)) {
        faults.push(`function ${name} uses what it found in memory as ${place === "size" ? "a length" : "an address"}`);
      }
    }
    return [...faults, ...partsOf(expression).flatMap((part) => this.expressionFaults(name, part))];
  }

  private loopFaults(name: string, body: number): string[] {
    return within(body, binaryen.LoopId).flatMap((loop) => {
      const counters = new Set(within(loop.body as number, binaryen.LocalSetId).map(({ index }) => index as number));
      const isBound = (guard: number) => {
        const read = [...within(guard, binaryen.LocalGetId), ...within(guard, binaryen.LocalSetId)];
        return !this.isFound(name, guard, false) && read.some(({ index }) => counters.has(index as number));
      };
      const repeats = repeatsOf(loop.body as number, loop.name as string, []);
      return repeats.every((guards) => guards.some(isBound)) ? [] : [`function ${name} has a loop whose end is not a count that was given`];
    });
  }
}

/** The conditions under which each jump back to the start of loop `label` comes to pass. */
function repeatsOf(ref: number, label: string, guards: readonly number[]): (readonly number[])[] {
  const expression = describe(ref);
  switch (expression.id) {
    case binaryen.BreakId: {
      const { name, condition } = expression as unknown as { name: string; condition: number };
      return [
        ...(condition === 0 ? [] : repeatsOf(condition, label, guards)),
        ...(name === label ? [condition === 0 ? guards : [...guards, condition]] : []),
      ];
    }
    case binaryen.SwitchId: {
      const { names, defaultName, condition } = expression as unknown as { names: string[]; defaultName: string; condition: number };
      return [...names, defaultName].includes(label) ? [[...guards, condition]] : [];
    }
    case binaryen.IfId: {
      const { condition, ifTrue, ifFalse } = expression as unknown as { condition: number; ifTrue: number; ifFalse: number };
      const arms = [ifTrue, ifFalse].filter((arm) => arm !== 0);
      return [...repeatsOf(condition, label, guards), ...arms.flatMap((arm) => repeatsOf(arm, label, [...guards, condition]))];
    }
    case binaryen.BlockId: {
      const behind = [...guards];
      return (expression.children as number[]).flatMap((child) => {
        const repeats = repeatsOf(child, label, [...behind]);
        behind.push(...leaveConditions(child));
        return repeats;
      });
    }
    default:
      return partsOf(expression).flatMap((part) => repeatsOf(part, label, guards));
  }
}

/** The conditions under which what stands behind this in a block is not reached. */
function leaveConditions(ref: number): number[] {
  const { id, condition, ifTrue, ifFalse } = describe(ref) as unknown as { id: number; condition: number; ifTrue: number; ifFalse: number };
  if (id === binaryen.BreakId) return condition === 0 ? [] : [condition];
  const leaves = (arm: number) => arm !== 0 && binaryen.getExpressionType(arm) === binaryen.unreachable;
  return id === binaryen.IfId && (leaves(ifTrue) || leaves(ifFalse)) ? [condition] : [];
}

function kindOf(id: number): string {
  const ids = binaryen as unknown as Record<string, unknown>;
  return (
    Object.keys(ids)
      .find((key) => /^[A-Z]\w+Id$/.test(key) && ids[key] === id)
      ?.slice(0, -2) ?? `instruction ${id}`
  );
}
