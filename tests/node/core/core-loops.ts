// Which loops of a core end by a count.
//
// A counter is a local that its loop steps by a constant, once each time round, and always in one direction.
// Each jump back to the beginning must depend on a counter not yet having come to its bound.

import binaryen from "binaryen";
import { describe, type Expression, partsOf, setWithin, within } from "./core-expressions";

/** Whether a loop ends by a count, whatever memory holds; `isFound` tells which values depend on it. */
export function isCounted(loop: Expression, isFound: (ref: number) => boolean): boolean {
  const body = loop.body as number;
  const counters = countersOf(body);
  const changing = setWithin(body);
  const isFixed = (ref: number) =>
    setWithin(ref).size === 0 && within(ref, binaryen.LocalGetId).every(({ index }) => !changing.has(index as number));

  return waysTo(body, loop.name as string, []).every((way) => {
    const passed = new Set(way.flatMap(({ ref }) => certain(ref)));
    return way.some(({ ref, holds }) => {
      if (holds === undefined || isFound(ref)) return false;
      return comparisonsOf(ref, holds).some(({ value, bound, ...limits }) => {
        const counter = counters.get(describe(value).index as number);
        if (counter === undefined || !passed.has(counter.set)) return false;
        const isStepped = value === counter.set;
        if (!isStepped && describe(value).id !== binaryen.LocalGetId) return false;
        return (bound === 0 || isFixed(bound)) && comesToItsEnd(counter, isStepped, bound, limits);
      });
    });
  });
}

interface Counter {
  /** The expression that sets it to the next value. */
  readonly set: number;
  readonly step: number;
  /** Constants that it is set to besides. */
  readonly restarts: readonly number[];
}

/** The counters of a loop, by local. One that a loop within sets as well is none: there is no telling how often. */
function countersOf(body: number): Map<number, Counter> {
  const counters = new Map<number, Counter>();
  const sets = within(body, binaryen.LocalSetId);
  const setInLoops = new Set(within(body, binaryen.LoopId).flatMap(({ ref }) => [...setWithin(ref)]));
  for (const local of setWithin(body)) {
    const own = sets.filter(({ index }) => index === local);
    const [steps, others] = [own.filter((set) => stepOf(set) !== 0), own.filter((set) => stepOf(set) === 0)];
    const restarts = others.map(({ value }) => numberOf(value as number));
    if (steps.length !== 1 || restarts.includes(undefined) || setInLoops.has(local)) continue;
    counters.set(local, { set: steps[0]!.ref, step: stepOf(steps[0]!), restarts: restarts as number[] });
  }
  return counters;
}

/** By how much a local is set to more than it was; 0 if it is set to anything else. */
function stepOf({ index, value }: Expression): number {
  const { id, op, left, right } = describe(value as number) as unknown as { id: number; op: number; left: number; right: number };
  if (id !== binaryen.BinaryId) return 0;
  const isItself = (ref: number) => {
    const { id, index: read } = describe(ref);
    return id === binaryen.LocalGetId && read === index;
  };
  if (op === binaryen.SubInt32) return isItself(left) ? -(numberOf(right) ?? 0) : 0;
  if (op !== binaryen.AddInt32) return 0;
  return isItself(left) ? (numberOf(right) ?? 0) : isItself(right) ? (numberOf(left) ?? 0) : 0;
}

function numberOf(ref: number): number | undefined {
  if (describe(ref).id !== binaryen.ConstId || binaryen.getExpressionType(ref) !== binaryen.i32) return undefined;
  return (binaryen.getExpressionInfo(ref) as unknown as { value: number }).value;
}

interface Limits {
  /** Where the bound lies from the value: 1 above, -1 below, 0 on either side. */
  readonly direction: number;
  readonly isSigned: boolean;
}

/** A value that has not come to its bound as long as a condition holds, or does not. The bound 0 is no expression, but the number. */
function comparisonsOf(ref: number, holds: boolean): readonly ({ value: number; bound: number } & Limits)[] {
  const { id, op, left, right, value } = describe(ref) as unknown as {
    id: number;
    op: number;
    left: number;
    right: number;
    value: number;
  };
  if (id === binaryen.UnaryId && op === binaryen.EqZInt32) return comparisonsOf(value, !holds);
  const order = id === binaryen.BinaryId ? (holds ? WHILE : UNTIL).get(op) : undefined;
  if (order !== undefined) {
    return [
      { value: left, bound: right, ...order },
      { value: right, bound: left, ...order, direction: -order.direction },
    ];
  }
  return holds ? [{ value: ref, bound: 0, direction: 0, isSigned: false }] : [];
}

// Where the right part lies from the left one. Neither "at most" nor "at least" is a bound to go on to:
// beyond the last number there is none to end with.
const WHILE = new Map<number, Limits>([
  [binaryen.LtSInt32, { direction: 1, isSigned: true }],
  [binaryen.LtUInt32, { direction: 1, isSigned: false }],
  [binaryen.GtSInt32, { direction: -1, isSigned: true }],
  [binaryen.GtUInt32, { direction: -1, isSigned: false }],
  [binaryen.NeInt32, { direction: 0, isSigned: false }],
]);
const UNTIL = new Map<number, Limits>([
  [binaryen.GeSInt32, { direction: 1, isSigned: true }],
  [binaryen.GeUInt32, { direction: 1, isSigned: false }],
  [binaryen.LeSInt32, { direction: -1, isSigned: true }],
  [binaryen.LeUInt32, { direction: -1, isSigned: false }],
  [binaryen.EqInt32, { direction: 0, isSigned: false }],
]);

/** Whether a counter cannot step over its bound, and is not set back again and again. */
function comesToItsEnd({ step, restarts }: Counter, isStepped: boolean, bound: number, { direction, isSigned }: Limits): boolean {
  if (direction === 0) return Math.abs(step) === 1 && restarts.length === 0;
  if (Math.sign(step) !== direction) return false;
  const known = bound === 0 ? 0 : numberOf(bound);
  const toRange = (number: number) => (isSigned ? number : number >>> 0);
  const isNumber = (number: number) => number === (isSigned ? number | 0 : number >>> 0);
  // Of a bound that is given nothing is known; but counting down without a sign, it is mostly 0.
  const end = toRange(known ?? 0);
  if (!isNumber(end + step - direction)) return false;
  // Set to another number it has to be compared after the next step, and be at its end then.
  return restarts.every((number) => {
    const last = toRange(number) + step;
    return known !== undefined && isStepped && isNumber(last) && (last - end) * direction >= 0;
  });
}

/** What is evaluated on a way, in order; a condition also with how it turned out. */
type Way = readonly { readonly ref: number; readonly holds?: boolean }[];

/** The ways from the beginning of loop `label` to each jump back to it. */
function waysTo(ref: number, label: string, way: Way): Way[] {
  const expression = describe(ref);
  const { condition, ifTrue, ifFalse } = expression as unknown as { condition: number; ifTrue: number; ifFalse: number };
  switch (expression.id) {
    case binaryen.BreakId: {
      const within = partsOf(expression).flatMap((part) => waysTo(part, label, way));
      if (expression.name !== label) return within;
      return [...within, condition === 0 ? way : [...way, { ref: condition, holds: true }]];
    }
    case binaryen.SwitchId: {
      const jumps = [...(expression.names as string[]), expression.defaultName].includes(label);
      return [...partsOf(expression).flatMap((part) => waysTo(part, label, way)), ...(jumps ? [way] : [])];
    }
    case binaryen.IfId:
      return [
        ...waysTo(condition, label, way),
        ...waysTo(ifTrue, label, [...way, { ref: condition, holds: true }]),
        ...(ifFalse === 0 ? [] : waysTo(ifFalse, label, [...way, { ref: condition, holds: false }])),
      ];
    case binaryen.BlockId: {
      const behind = [...way];
      return partsOf(expression).flatMap((child) => {
        const ways = waysTo(child, label, [...behind]);
        behind.push({ ref: child }, ...staying(child));
        return ways;
      });
    }
    default:
      return partsOf(expression).flatMap((part) => waysTo(part, label, way));
  }
}

/** How conditions turned out if what stands behind an expression in its block is reached. */
function staying(ref: number): Way {
  const { id, condition, ifTrue, ifFalse } = describe(ref) as unknown as { id: number; condition: number; ifTrue: number; ifFalse: number };
  if (id === binaryen.BreakId) return condition === 0 ? [] : [{ ref: condition, holds: false }];
  if (id !== binaryen.IfId) return [];
  const leaves = (arm: number) => arm !== 0 && binaryen.getExpressionType(arm) === binaryen.unreachable;
  return [...(leaves(ifTrue) ? [{ ref: condition, holds: false }] : []), ...(leaves(ifFalse) ? [{ ref: condition, holds: true }] : [])];
}

/** The expressions that set a local and are certainly evaluated, if what stands behind `ref` is reached. */
function certain(ref: number): number[] {
  const expression = describe(ref);
  const parts = partsOf(expression);
  switch (expression.id) {
    case binaryen.IfId:
      return certain(expression.condition as number);
    case binaryen.LoopId:
      return [];
    case binaryen.BlockId: {
      const first = parts.findIndex((part) => jumpsTo(part, expression.name as string));
      return (first < 0 ? parts : parts.slice(0, first)).flatMap(certain);
    }
    default:
      return [...parts.flatMap(certain), ...(expression.id === binaryen.LocalSetId ? [ref] : [])];
  }
}

function jumpsTo(ref: number, label: string): boolean {
  const jumps = [...within(ref, binaryen.BreakId), ...within(ref, binaryen.SwitchId)];
  return jumps.some(({ name, names, defaultName }) => [name, names, defaultName].flat().includes(label));
}
