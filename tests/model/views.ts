// How many views a storage may have made: one for each pointer and length, and all of them anew once
// the memory has grown. Views of whole blocks of the storage's own samples are made at set-up.

export class ViewBook {
  private countBefore = 0;
  private hasGrown = false;
  private readonly atSetUp = new Set<string>();
  private readonly possible = new Set<string>();
  private readonly certain = new Set<string>();
  private readonly objects = new Map<string, Float32Array | Float64Array>();

  /** The storage is new or reconfigured. */
  settle(count: number): void {
    this.hasGrown = false;
    this.renew(count);
  }

  /** All views have died. */
  grow(count: number): void {
    this.hasGrown = true;
    this.renew(count);
    // That of descriptors and tables, where the core does not write them.
    this.allow("tables", 0);
  }

  private renew(count: number): void {
    this.countBefore = count;
    this.atSetUp.clear();
    this.possible.clear();
    this.certain.clear();
    this.objects.clear();
  }

  madeAtSetUp(pointer: number, length: number): void {
    if (!this.hasGrown) this.atSetUp.add(`${pointer}/${length}`);
  }

  /** The library may need this view, whatever for. */
  allow(pointer: number | string, length: number): void {
    this.possible.add(`${pointer}/${length}`);
  }

  /** The library has handed out this view. False when it is another object than before. */
  see(pointer: number, view: Float32Array | Float64Array): boolean {
    const key = `${pointer}/${view.length}`;
    this.certain.add(key);
    const known = this.objects.get(key);
    this.objects.set(key, view);
    return known === undefined || known === view;
  }

  /** Why `count` cannot be; empty where it can. */
  objection(count: number): string {
    const made = count - this.countBefore;
    const rebuilt = (keys: Iterable<string>) => [...keys].filter((key) => !this.atSetUp.has(key)).length;
    const least = rebuilt(this.certain);
    const most = rebuilt(new Set([...this.certain, ...this.possible]));
    return made >= least && made <= most ? "" : `viewRebuilds rose by ${made}; ${least} to ${most} views were needed`;
  }
}
