// What has room of its own in a storage's heap and is of no use without the storage: it is freed with it.

/** What is freed with its storage. */
export interface Dependent {
  free(): void;
}

/** Weak on both sides: a dependent that nobody has is collected, and gives its room back then. */
const dependentsOf = /* @__PURE__ */ new WeakMap<object, Set<WeakRef<Dependent>>>();

/** [setup] `dependent` is freed when `storage` is. */
export function freeWith(storage: object, dependent: Dependent): void {
  // An engine without weak references has no finalisation either; there the room is given back by the dependent's own `free`.
  if (typeof WeakRef !== "function") return;
  const dependents = dependentsOf.get(storage) ?? new Set<WeakRef<Dependent>>();
  dependentsOf.set(storage, dependents);
  for (const reference of dependents) if (reference.deref() === undefined) dependents.delete(reference);
  dependents.add(new WeakRef(dependent));
}

/** [setup] `dependent` is freed already. */
export function detachFrom(storage: object, dependent: Dependent): void {
  const dependents = dependentsOf.get(storage);
  if (dependents === undefined) return;
  for (const reference of dependents) if (reference.deref() === dependent) dependents.delete(reference);
}

/** [setup] Frees all that is to be freed with `storage`. */
export function freeDependentsOf(storage: object): void {
  for (const reference of dependentsOf.get(storage) ?? []) reference.deref()?.free();
  dependentsOf.delete(storage);
}
