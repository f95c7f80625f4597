// Expressions of a core's binary, as binaryen reads them.

import binaryen from "binaryen";

export interface CoreFunction {
  readonly name: string;
  readonly body: number;
}

/** An expression as the library describes it: its kind, and other expressions and names, by the names of its parts. */
export type Expression = ReturnType<typeof binaryen.getExpressionInfo> & { readonly ref: number } & Readonly<Record<string, unknown>>;

/** The library cannot describe every kind; of those that have no parts, and those that are not allowed, the kind is enough. */
export function describe(ref: number): Expression {
  const id = binaryen.getExpressionId(ref);
  const isPlain = id !== binaryen.LocalGetId && (PARTS.get(id) ?? []).length === 0;
  return { ...(isPlain ? { id } : binaryen.getExpressionInfo(ref)), ref } as unknown as Expression;
}

/** Parts of each kind of expression that are expressions, in the order of their evaluation. A kind that is not here is not allowed. */
export const PARTS = new Map<number, readonly string[]>([
  [binaryen.BlockId, ["children"]],
  [binaryen.IfId, ["condition", "ifTrue", "ifFalse"]],
  [binaryen.LoopId, ["body"]],
  [binaryen.BreakId, ["value", "condition"]],
  [binaryen.SwitchId, ["value", "condition"]],
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
  [binaryen.SelectId, ["ifTrue", "ifFalse", "condition"]],
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

export function partsOf(expression: Expression): number[] {
  const names = PARTS.get(expression.id) ?? [];
  return names.flatMap((name) => expression[name] as number | readonly number[]).filter((part) => part !== 0);
}

/** Every expression of a kind within another one, itself included. */
export function within(ref: number, kind: number): Expression[] {
  const expression = describe(ref);
  return [...(expression.id === kind ? [expression] : []), ...partsOf(expression).flatMap((part) => within(part, kind))];
}

/** The locals that are set within an expression. */
export function setWithin(ref: number): Set<number> {
  return new Set(within(ref, binaryen.LocalSetId).map(({ index }) => index as number));
}
