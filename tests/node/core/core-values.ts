// Where the values in a core come from.
//
// A caller's arguments, constants, and what is computed from them are *given*; whatever was read from
// memory, which a kernel can write, is *found*. So is what memory decides: a value that is chosen by what
// was found, and every local that is set on one of two ways between which memory chose, once they meet.

import binaryen from "binaryen";
import { type CoreFunction, describe, type Expression, partsOf, setWithin } from "./core-expressions";

/** What reads memory or tells something of it. */
const FINDS: ReadonlySet<number> = new Set([binaryen.LoadId, binaryen.SIMDLoadId, binaryen.SIMDLoadStoreLaneId, binaryen.MemorySizeId]);

/** Which expressions of a core have values that are found. Goes through the functions until it learns nothing more. */
export class FoundValues {
  /** Expressions, and the places where ways meet between which memory chose. */
  private readonly found = new Set<number | string>();
  /** The locals that may hold what was found, by the place where ways meet. */
  private readonly arriving = new Map<string, Set<number>>();
  private complete = false;

  /** The locals that hold what was found, where the walk is. */
  private locals = new Set<number>();
  /** The places that lie ahead of it, the end of the function first. */
  private ahead: string[] = [];

  constructor(functions: ReadonlyMap<string, CoreFunction>) {
    while (!this.complete) {
      this.complete = true;
      for (const { name, body } of functions.values()) {
        this.locals = new Set(this.arriving.get(`start of ${name}`));
        this.ahead = [`result of ${name}`];
        if (this.visit(body)) this.mark(`result of ${name}`);
      }
    }
  }

  has(ref: number): boolean {
    return this.found.has(ref);
  }

  private mark(what: number | string): void {
    if (this.found.has(what)) return;
    this.found.add(what);
    this.complete = false;
  }

  private visit(ref: number): boolean {
    const isFound = this.evaluate(describe(ref));
    if (isFound) this.mark(ref);
    return isFound;
  }

  private evaluate(expression: Expression): boolean {
    const place = this.placeOf(expression.name as string);
    switch (expression.id) {
      case binaryen.IfId:
        return this.evaluateIf(expression);
      case binaryen.BlockId: {
        const values = this.inside(place, () => partsOf(expression).map((part) => this.visit(part)));
        this.meet(place, [expression.ref]);
        return (values.at(-1) ?? false) || this.found.has(place);
      }
      case binaryen.LoopId:
        this.meet(place, [expression.ref]);
        return this.inside(place, () => this.visit(expression.body as number));
      case binaryen.LocalGetId:
        return this.locals.has(expression.index as number);
    }
    const parts = partsOf(expression).map((part) => this.visit(part));
    const any = parts.includes(true);
    switch (expression.id) {
      case binaryen.LocalSetId:
        this.locals[any ? "add" : "delete"](expression.index as number);
        return any;
      case binaryen.CallId: {
        const target = expression.target as string;
        for (const [i, operand] of parts.entries()) if (operand) this.arrive(`start of ${target}`, [i]);
        const isFound = this.found.has(`result of ${target}`);
        if (expression.isReturn) this.jump(this.ahead[0]!, isFound);
        return isFound;
      }
      case binaryen.BreakId:
        this.jump(place, any);
        return any;
      case binaryen.SwitchId:
        for (const name of [...(expression.names as string[]), expression.defaultName as string]) this.jump(this.placeOf(name), any);
        return any;
      case binaryen.ReturnId:
        this.jump(this.ahead[0]!, any);
        return any;
      default:
        return any || FINDS.has(expression.id);
    }
  }

  private evaluateIf({ ref, condition, ifTrue, ifFalse }: Expression): boolean {
    const place = `end of if ${ref}`;
    const arms = [ifTrue as number, ifFalse as number].filter((arm) => arm !== 0);
    const isChosen = this.visit(condition as number);
    if (isChosen) this.mark(place);
    const before = this.locals;
    const values = arms.map((arm) => {
      this.locals = new Set(before);
      const isFound = this.inside(place, () => this.visit(arm));
      this.arrive(place, this.locals);
      return isFound;
    });
    // What did not depend on memory before may still be there if there is no other arm.
    this.locals = arms.length < 2 ? new Set(before) : new Set();
    this.meet(place, arms);
    return isChosen || values.includes(true);
  }

  /** The place that a label stands for: the end of a block, or the beginning of a loop. */
  private placeOf(label: string): string {
    return `${label} before ${this.ahead[0]}`;
  }

  private inside<T>(place: string, walk: () => T): T {
    this.ahead.push(place);
    const result = walk();
    this.ahead.pop();
    return result;
  }

  /** A jump depends on memory by its own condition, or because memory chose at a place that it leaves behind. */
  private jump(place: string, isFound: boolean): void {
    const left = this.ahead.slice(this.ahead.lastIndexOf(place) + 1);
    if (isFound || left.some((one) => this.found.has(one))) this.mark(place);
    this.arrive(place, this.locals);
  }

  private arrive(place: string, locals: Iterable<number>): void {
    const known = this.arriving.get(place) ?? new Set();
    const size = known.size;
    for (const local of locals) known.add(local);
    this.arriving.set(place, known);
    if (known.size > size) this.complete = false;
  }

  /** The ways within `refs` meet. If memory chose between them, it chose what they set. */
  private meet(place: string, refs: readonly number[]): void {
    for (const local of this.arriving.get(place) ?? []) this.locals.add(local);
    if (!this.found.has(place)) return;
    for (const ref of refs) for (const local of setWithin(ref)) this.locals.add(local);
  }
}
