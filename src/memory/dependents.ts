// An object with memory of its own in a storage's heap, and of no use without the storage, is freed together with it.

/** An object that is freed together with its storage. */
export interface Dependent {
  free(): void;
}

/** Weak references on both sides. A dependent that is no longer used is garbage-collected, and its memory is given back then. */
const dependentsOf = /* @__PURE__ */ new WeakMap<object, Set<WeakRef<Dependent>>>();

/** [setup] Makes `free` of the storage free `dependent` too. */
export function freeWith(storage: object, dependent: Dependent): void {
  // An engine without WeakRef has no FinalizationRegistry either. There the memory is given back only by the dependent's own
  // `free`.
  if (typeof WeakRef !== "function") return;
  const dependents = dependentsOf.get(storage) ?? new Set<WeakRef<Dependent>>();
  dependentsOf.set(storage, dependents);
  for (const reference of dependents) if (reference.deref() === undefined) dependents.delete(reference);
  dependents.add(new WeakRef(dependent));
}

/** [setup] Call it when `dependent` is freed on its own. */
export function detachFrom(storage: object, dependent: Dependent): void {
  const dependents = dependentsOf.get(storage);
  if (dependents === undefined) return;
  for (const reference of dependents) if (reference.deref() === dependent) dependents.delete(reference);
}

/** [setup] Frees all dependents of `storage`. */
export function freeDependentsOf(storage: object): void {
  for (const reference of dependentsOf.get(storage) ?? []) reference.deref()?.free();
  dependentsOf.delete(storage);
}
