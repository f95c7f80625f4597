// What the package's types leave out, for tests that look inside.

import type { ProcessBufferStorage, SampleFormat, StorageLocation } from "wasm-process-buffers";
import type { StorageLocation as WholeLocation } from "../../src/shown-state";

export type { WholeLocation };

/** Where a storage lies, and what is where in it. */
export function locationOf<F extends SampleFormat>(storage: ProcessBufferStorage<F>): WholeLocation {
  return storage.location as StorageLocation as WholeLocation;
}

/** Which form of copying collected last. */
export function collectedBy<F extends SampleFormat>(storage: ProcessBufferStorage<F>): string {
  return (storage as unknown as { planar: { collectedBy: string } }).planar.collectedBy;
}
