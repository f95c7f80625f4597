import type { Diagnostics } from "../diagnostics";

type View = Float32Array | Float64Array | Int16Array | Int32Array | Uint8Array;

/** Constructor of a cache's typed arrays. */
export interface ViewConstructor<V extends View> {
  new (length: number): V;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): V;
}

/**
 * Typed views of linear memory. They are stored by length and address, so a pointer or block length that was seen before
 * makes no garbage. When the memory grows, all views are detached and get length 0. Each is made again when it is next asked
 * for.
 */
export class ViewCache<V extends View> {
  /** An empty view. */
  readonly none: V;
  private readonly byLength = new Map<number, Map<number, V>>();
  private kept = 0;
  /** The view that was asked for last. To look there first takes half as long as the maps. */
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

  /** [setup] Makes a view before the first block. */
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

  /** [render] The view of `length` samples from `address` on. They must lie in the memory. */
  at(address: number, length: number): V {
    // A view that the memory's growth has detached also has length 0, and must not be taken for it.
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

  /** Drops the views of one length, not all views, because each dropped view may have to be made again in a block. */
  private forgetOldest(): void {
    for (const [length, views] of this.byLength) {
      this.kept -= views.size;
      this.byLength.delete(length);
      return;
    }
  }
}

/** Most views in a cache, so that a caller with ever new pointers or block lengths does not fill the JS heap. */
const MOST_VIEWS = 16384;

/**
 * No array here begins at an odd address, so the lowest bit tells nothing. The other 31, with a sign, are a small integer. V8
 * allocates an object for a larger one where its pointers have 32 bits.
 */
function keyOf(address: number): number {
  return address >> 1;
}
