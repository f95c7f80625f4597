import type { Diagnostics } from "../diagnostics";

type View = Float32Array | Float64Array | Int16Array | Int32Array | Uint8Array;

/** The constructor of the typed array with which a cache looks at memory. */
export interface ViewConstructor<V extends View> {
  new (length: number): V;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): V;
}

/**
 * Typed views of linear memory, found again by length and address, so that a pointer or a block length that
 * was seen before makes no garbage. When the memory grows all views die (their length becomes 0), and each
 * is made anew when it is next asked for.
 */
export class ViewCache<V extends View> {
  /** A view of nothing. */
  readonly none: V;
  private readonly byLength = new Map<number, Map<number, V>>();
  private kept = 0;
  /** The view that was asked for last, and for which address: finding it again takes half as long as the maps. */
  private last: V;
  private lastKey = 0;

  constructor(
    private readonly View: ViewConstructor<V>,
    private readonly memory: WebAssembly.Memory,
    private readonly diagnostics: Diagnostics,
  ) {
    this.none = new View(0);
    this.last = this.none;
  }

  /** [setup] Makes a view ahead of the first block. */
  prepare(address: number, length: number): V {
    const view = new this.View(this.memory.buffer, address, length);
    const key = keyOf(address);
    let views = this.byLength.get(length);
    if (views === undefined) {
      views = new Map();
      this.byLength.set(length, views);
    }
    if (!views.has(key)) this.kept++;
    views.set(key, view);
    return view;
  }

  /** [render] The view of `length` samples from `address` on; they must lie in the memory. */
  at(address: number, length: number): V {
    // A view of memory that has grown has length 0, too.
    if (length === 0) return this.none;
    const key = keyOf(address);
    const { last } = this;
    if (key === this.lastKey && last.length === length) return last;
    this.lastKey = key;
    return (this.last = this.found(address, length));
  }

  private found(address: number, length: number): V {
    const known = this.byLength.get(length)?.get(keyOf(address));
    if (known !== undefined && known.length === length) return known;
    if (this.kept >= MOST_VIEWS) this.forgetOldest();
    this.diagnostics.viewRebuilds++;
    return this.prepare(address, length);
  }

  /** The views of one length, and not all views at once: what is forgotten has to be made anew, and that takes time in a block. */
  private forgetOldest(): void {
    for (const [length, views] of this.byLength) {
      this.kept -= views.size;
      this.byLength.delete(length);
      return;
    }
  }
}

/** A caller that has ever new pointers or block lengths must not fill the JS heap with views. */
const MOST_VIEWS = 16384;

/** Shifted, because engines box whole numbers beyond 30 bits, and a box is garbage. */
function keyOf(address: number): number {
  return address >>> 2;
}
